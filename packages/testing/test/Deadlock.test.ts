import { expect, it } from "@effect/vitest"
import { failureHook, failures, observer } from "@ferrule/runtime"
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

/** Tasks that join one another: each name with that of the task that it joins, by its place. */
const joining = (group: TaskGroup.TaskGroup, names: ReadonlyArray<readonly [name: string, joins: number]>) =>
  Effect.gen(function* () {
    const tasks: Array<TaskGroup.Task<void, never>> = []
    for (const [name, joins] of names) {
      const join: Effect.Effect<void> = Effect.suspend(() => tasks[joins]!.join)
      tasks.push(yield* group.spawn(join, name))
    }
  })

const pathsOf = (infos: ReadonlyArray<{ readonly path: ReadonlyArray<string> }>) =>
  infos.map(({ path }) => path.join(" › "))

it.live("tasks that wait for each other are shown as a circle, without those who only wait for it [S-250]", () =>
  Effect.gen(function* () {
    const program = TaskGroup.run("main", (group) =>
      joining(group, [
        ["a", 1],
        ["b", 2],
        ["c", 0],
        ["d", 0]
      ])
    )
    const { cycle, message } = yield* deadlockOf(program)
    expect(pathsOf(cycle)).toEqual(["main › a", "main › b", "main › c"])
    expect(message.split("\n")[0]).toContain(
      'They wait in a circle: "a" waits for task "b"; "b" waits for task "c"; "c" waits for task "a".'
    )
    expect(message).toMatch(/\n {2}fiber \d+ of main › d, waits for task "a"(\n|$)/)
  })
)

it.live("of tasks with one name the one that is joined is meant, also if it began later [S-250]", () =>
  Effect.gen(function* () {
    const pair = [
      ["a", 1],
      ["b", 0]
    ] as const
    const twoGroups = TaskGroup.all([
      TaskGroup.run("left", (group) => joining(group, pair)),
      TaskGroup.run("right", (group) => joining(group, pair))
    ])
    const paths = pathsOf((yield* deadlockOf(twoGroups)).cycle).map((path) => path.split(" › ").slice(-2).join(" › "))
    expect(paths).toEqual(["left › a", "left › b"])
    const twins = TaskGroup.run("main", (group) => joining(group, [...pair, ["b", 1]]))
    const { cycle, waiting } = yield* deadlockOf(twins)
    expect(pathsOf(cycle)).toEqual(["main › a", "main › b"])
    const first = waiting.find(({ path }) => path.at(-1) === "b")
    expect(cycle.map(({ id }) => id)).toContain(first?.id)
  })
)

it.live(
  "who waits for something of this library is shown with it, and an observer around the run is told, too [S-234]",
  () =>
    Effect.gen(function* () {
      const told: Array<string> = []
      const ignore = () => {}
      const watcher = {
        taskStarted: (_id: number, _parent: number | undefined, name: string) => void told.push(`start ${name}`),
        taskWaiting: (_id: number, on: string) => void told.push(on),
        taskEnded: ignore,
        scopeOpened: (_id: number, _parent: number | undefined, name: string) => void told.push(`open ${name}`),
        scopeCancelled: ignore,
        scopeClosed: () => void told.push("close")
      }
      const program = TaskGroup.run("main", function* (group) {
        const over = yield* group.spawn(Effect.sleep(5), "over")
        yield* group.spawn(over.join, "was waiting")
        const never = yield* group.spawn(Effect.never, "never")
        yield* group.spawn(Effect.ignore(Effect.andThen(over.join, never.join)), "waits")
      })
      const { message, waiting } = yield* Effect.provideService(deadlockOf(program), observer, watcher)
      expect(waiting.flatMap(({ on }) => on ?? [])).toEqual(['task "never"'])
      expect(message).toMatch(/fiber \d+ of main › waits, waits for task "never"/)
      expect(told.slice(0, 3)).toEqual(["open main", "its tasks", "start over"])
      expect(told).toContain('task "never"')
      expect(told.at(-1)).toBe("close")
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
