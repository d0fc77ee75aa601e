import { expect, it } from "@effect/vitest"
import { failureHook, failures } from "@ferrule/runtime"
import * as TaskGroup from "@ferrule/task-group"
import * as Timeout from "@ferrule/timeout"
import { Effect, Semaphore } from "effect"
import { Deadlock, VirtualClock } from "../src/index.ts"

const upTo = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, i) => i)

const deadlockOf = <A, E>(program: Effect.Effect<A, E>) =>
  Effect.map(Effect.flip(VirtualClock.run(program)), (error) => {
    expect(error).toBeInstanceOf(Deadlock)
    return error as Deadlock
  })

it.live("a program in which every task waits for ever is reported, with its instant [S-96]", () =>
  Effect.gen(function* () {
    const stuck = yield* deadlockOf(Effect.andThen(Effect.sleep(40), Effect.never))
    expect(stuck).toMatchObject({ at: 40, fibers: 1 })
    expect(stuck.message).toMatch(
      /^deadlock at 40 ms: no timer is armed, and all that is left waits \(1 fiber\)\. Look for .*\n {2}fiber \d+$/
    )
  })
)

it.live("ten philosophers who all hold their left fork are named", () =>
  Effect.gen(function* () {
    const dinner = TaskGroup.run("table", function* (group) {
      const forks = yield* Effect.forEach(upTo(10), () => Semaphore.make(1))
      for (const i of upTo(10)) {
        const eat = Effect.sleep(10).pipe(
          forks[(i + 1) % 10]!.withPermits(1),
          Effect.delay(1),
          forks[i]!.withPermits(1)
        )
        yield* group.spawn(eat, `philosopher-${i}`)
      }
    })
    const { waiting, message } = yield* deadlockOf(dinner)
    const paths = waiting.map(({ path }) => path.join(" › "))
    for (const i of upTo(10)) expect(paths).toContain(`table › philosopher-${i}`)
    expect(message).toMatch(/\n {2}fiber \d+ of table › philosopher-7/)
  })
)

it.live("a fiber is shown with the span and the function it waits in, and where that was called", () =>
  Effect.gen(function* () {
    const takeForks = Effect.fn("takeForks")(function* () {
      return yield* Effect.never
    })
    const { waiting, message } = yield* deadlockOf(takeForks())
    const frames = waiting.flatMap((info) => info.frames)
    expect(frames[0]).toMatch(/^takeForks .*Deadlock\.test\.ts:\d+/)
    expect(message).toContain(", in takeForks ")
    const spanned = yield* deadlockOf(Effect.withSpan(Effect.never, "handshake"))
    expect(spanned.message).toContain(", in handshake")
  })
)

it.live("of a thousand fibers the first are listed and the others counted", () =>
  Effect.gen(function* () {
    const { fibers, waiting, message } = yield* deadlockOf(
      Effect.forEach(upTo(1_000), () => Effect.never, { concurrency: "unbounded" })
    )
    expect([fibers, waiting.length]).toEqual([1_001, 1_001])
    expect(message.split("\n")).toHaveLength(22)
    expect(message).toMatch(/\n {2}and 981 more$/)
  })
)

it.live("what was stuck is cancelled and cleans up, on virtual time, before the report [S-96]", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const cleanup = Effect.andThen(
      Effect.sleep("1 hour"),
      Effect.sync(() => void log.push("cleaned up"))
    )
    const program = TaskGroup.run("group", (group) =>
      Effect.andThen(group.spawn(Effect.onInterrupt(Effect.never, () => cleanup)), Effect.never)
    )
    yield* deadlockOf(program)
    expect(log).toEqual(["cleaned up"])
  })
)

it.live("cleanup that waits for real work is waited for, too [S-96]", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const close = Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 40)))
    const closing = Effect.andThen(
      close,
      Effect.sync(() => void log.push("closed"))
    )
    yield* deadlockOf(Effect.ensuring(Effect.never, closing))
    expect(log).toEqual(["closed"])
  })
)

it.live("a cleanup that dies rides along, is told to the failure hook, and does not hide the report", () =>
  Effect.gen(function* () {
    const kinds: Array<string> = []
    const program = VirtualClock.run(Effect.ensuring(Effect.never, Effect.die("cleanup"))).pipe(
      Effect.provideService(failureHook, ({ kind }) => Effect.sync(() => void kinds.push(kind)))
    )
    expect(yield* Effect.catchTag(program, "Deadlock", ({ at }) => Effect.succeed(at))).toBe(0)
    expect(kinds).toEqual(["defect"])
    const cause = yield* Effect.flip(Effect.sandbox(program))
    expect(failures(cause).map(({ reason }) => reason._tag)).toEqual(["Fail", "Die"])
  })
)

it.live("a program with a deadline is never stuck", () =>
  Effect.gen(function* () {
    const { at, problem } = yield* VirtualClock.observe(Timeout.moveOnAfter(Effect.never, "365 days"))
    expect({ at, problem }).toEqual({ at: 31_536_000_000, problem: undefined })
  })
)

it.live("real work that Node cannot show is given a moment before a deadlock is called", () =>
  Effect.gen(function* () {
    // An unreferenced timer keeps no process alive, so it is in no list.
    const hidden = () => new Promise<string>((resolve) => setTimeout(resolve, 8, "came").unref())
    // Each is given one: together they take longer.
    expect(yield* VirtualClock.run(Effect.forEach(upTo(10), () => Effect.promise(hidden)))).toHaveLength(10)
  })
)
