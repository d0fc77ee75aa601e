import { expect, it } from "@effect/vitest"
import * as TaskGroup from "@ferrule/task-group"
import * as Timeout from "@ferrule/timeout"
import { Cause, Clock, Deferred, Effect, Exit, Queue, Ref } from "effect"
import { BrokenByCancel, cancelEverywhere, type CancelPoint } from "../src/index.ts"

const anything = () => {}

const brokenOf = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(self), (error) => {
    expect(error).toBeInstanceOf(BrokenByCancel)
    return error as BrokenByCancel
  })

const accounts = Effect.all({ a: Ref.make(100), b: Ref.make(0) })
type Accounts = Effect.Success<typeof accounts>
const sum = ({ a, b }: Accounts) => Effect.map(Effect.all([Ref.get(a), Ref.get(b)]), ([x, y]) => x + y === 100)
const halves = ({ a, b }: Accounts) => [Ref.update(a, (n) => n - 30), Ref.update(b, (n) => n + 30)] as const

it.live(
  "a program whose cancel leaves nothing half done holds at every step, by both ways, once and twice [S-230]",
  () =>
    Effect.gen(function* () {
      const seen = { exits: new Set<string>(), cleanups: 0 }
      const transfer = (world: Accounts) => {
        const [take, put] = halves(world)
        const both = Effect.uninterruptible(Effect.andThen(take, Effect.andThen(Effect.yieldNow, put)))
        return Effect.ensuring(
          Effect.andThen(Effect.sleep("1 second"), both),
          Effect.andThen(
            Effect.sleep("1 second"),
            Effect.sync(() => void seen.cleanups++)
          )
        )
      }
      const holds = (world: Accounts, exit: Exit.Exit<void>) => {
        seen.exits.add(Exit.isSuccess(exit) ? "done" : Cause.hasInterruptsOnly(exit.cause) ? "cancelled" : "failed")
        return sum(world)
      }
      const { steps, runs } = yield* cancelEverywhere(transfer, holds, { setUp: accounts })
      expect(steps).toBeGreaterThan(15)
      // Once at each step both ways, the rest twice.
      expect(runs).toBeGreaterThan(5 * steps)
      expect(seen.exits).toEqual(new Set(["done", "cancelled"]))
      expect(seen.cleanups).toBeGreaterThan(runs / 2)
    })
)

it.live("what is done in two operations is found half done, and that one run can be run again [S-230, S-232]", () =>
  Effect.gen(function* () {
    const transfer = (world: Accounts) => Effect.andThen(...halves(world))
    const broken = yield* brokenOf(cancelEverywhere(transfer, sum, { setUp: accounts }))
    const point = broken.point!
    expect(point).toEqual({ by: "interrupt", step: expect.any(Number) })
    expect(broken.message).toBe(
      [
        `broken when cancelled by an interrupt before step ${point.step}: the invariant does not hold`,
        `  at the cancel: ${broken.ran[0]}`,
        `  run it again alone: cancelEverywhere(…, { only: { by: "interrupt", step: ${point.step} } })`
      ].join("\n")
    )
    expect(broken.ran).toEqual([expect.stringMatching(/^operation \d+ of the root fiber since it last waited$/)])
    const only = (step: number) => cancelEverywhere(transfer, sum, { setUp: accounts, only: { by: "interrupt", step } })
    expect((yield* brokenOf(only(point.step))).message).toBe(broken.message)
    expect(yield* only(point.step - 1)).toMatchObject({ runs: 2 })
  })
)

it.live("an item that is taken in one operation and kept in the next is found to be lost [S-230]", () =>
  Effect.gen(function* () {
    const setUp = Effect.map(Queue.unbounded<number>(), (queue) => ({ queue, offered: 0, kept: 0 }))
    type World = Effect.Success<typeof setUp>
    const program = (world: World) =>
      TaskGroup.run("line", function* (group) {
        const offer = Effect.sync(() => {
          if (Queue.offerUnsafe(world.queue, 1)) world.offered++
        })
        yield* group.spawn(Effect.andThen(Effect.yieldNow, offer), "producer")
        yield* Queue.take(world.queue)
        yield* Effect.sync(() => void world.kept++)
      })
    const conserved = ({ queue, offered, kept }: World) =>
      Effect.map(Queue.size(queue), (size) => expect(size + kept).toBe(offered))
    const broken = yield* brokenOf(cancelEverywhere(program, conserved, { setUp }))
    expect(broken.message).toContain("expected +0 to be 1")
    expect(broken.ran[0]).toContain(" of line")
  })
)

it.live("a cancel between what one task gives and the other has is tried, and the task is named [S-231]", () =>
  Effect.gen(function* () {
    const granted = { given: 0, got: 0 }
    const program = () => {
      granted.given = granted.got = 0
      return TaskGroup.run("hall", function* (group) {
        const ticket = yield* Deferred.make<number>()
        const give = Effect.sync(() => {
          granted.given++
          Deferred.doneUnsafe(ticket, Exit.succeed(1))
        })
        yield* group.spawn(Effect.delay(give, "1 second"), "desk")
        yield* Deferred.await(ticket)
        granted.got++
      })
    }
    const { ran, point } = yield* brokenOf(cancelEverywhere(program, () => granted.given === granted.got))
    expect(ran[0]).toMatch(/hall › desk/)
    expect(point?.step).toBeGreaterThan(5)
  })
)

it.live("cancels come while all wait, as a sleep ends, and as a deadline passes [S-231]", () =>
  Effect.gen(function* () {
    const program = () => Effect.andThen(Effect.sleep(1), Timeout.moveOnAfter(Effect.never, 1))
    const { steps } = yield* cancelEverywhere(program, anything)
    const ran = new Set<string>()
    for (let step = 1; step <= steps; step++) {
      const only: CancelPoint = { by: "interrupt", step }
      const broken = yield* brokenOf(cancelEverywhere(program, (_, exit) => Exit.isSuccess(exit), { only }))
      ran.add(broken.ran[0]!.replace(/, then .*/, "").replace(/^operation .*/, "operation"))
    }
    expect([...ran].toSorted()).toEqual([
      "a deadline passes",
      "a sleep ends",
      "a wake-up",
      "every task waits",
      "operation"
    ])
  })
)

it.live("what only a second cancel breaks is found, and both steps are named [S-230, S-232]", () =>
  Effect.gen(function* () {
    let told = 0
    const program = () => {
      told = 0
      return Effect.withFiber((root) => {
        const tell = root.interruptUnsafe.bind(root)
        Object.assign(root, {
          interruptUnsafe: (...how: Parameters<typeof tell>) => {
            told++
            tell(...how)
          }
        })
        return Effect.ensuring(Effect.sleep(5), Effect.sleep(1))
      })
    }
    const { point, ran, message } = yield* brokenOf(cancelEverywhere(program, () => told < 2))
    expect(point?.again).toBeGreaterThan(point!.step)
    expect(ran).toHaveLength(2)
    expect(message).toContain(`before step ${point!.step}, and again before step ${point!.again}: the invariant`)
    expect(message).toContain(`\n  at the second cancel: ${ran[1]}\n`)
    expect(message).toContain(`step: ${point!.step}, again: ${point!.again} }`)
    const again = yield* brokenOf(cancelEverywhere(program, () => told < 2, { only: point! }))
    expect(again.message).toBe(message)
  })
)

it.live("a cleanup that dies is found [S-230]", () =>
  Effect.gen(function* () {
    const program = () => Effect.onInterrupt(Effect.sleep(1), () => Effect.die(new Error("in cleanup")))
    expect((yield* brokenOf(cancelEverywhere(program, anything))).message).toContain("in cleanup")
  })
)

it.live("a cleanup that waits for ever is found [S-230]", () =>
  Effect.gen(function* () {
    const program = () => Effect.onInterrupt(Effect.sleep(1), () => Effect.never)
    expect((yield* brokenOf(cancelEverywhere(program, anything))).message).toContain("deadlock at 0 ms")
  })
)

it.live("a program that fails, hangs or leaves something by itself is no program to cancel [S-230]", () =>
  Effect.gen(function* () {
    const alone = (self: Effect.Effect<unknown, unknown>) => brokenOf(cancelEverywhere(() => self, anything))
    const left = Effect.forkDetach(Effect.sleep(1), { startImmediately: true })
    for (const [self, what] of [
      [Effect.die(new Error("by itself")), "by itself"],
      [Effect.never, "deadlock at 0 ms: no timer is armed, and all that is left waits (1 fiber)"],
      [left, "left behind by a program that has ended: 1 fiber and 1 timer"]
    ] as const) {
      const { message, point } = yield* alone(self)
      expect(message).toContain(`broken without any cancel: ${what}`)
      expect(point).toBe(undefined)
    }
  })
)

it.live("what is set up is there for the check, on the program's clock, and released after it [S-233]", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const resource = Effect.acquireRelease(
      Effect.map(Effect.sleep(10), () => ({ open: true })),
      (it) =>
        Effect.sync(() => {
          it.open = false
          log.push("released")
        })
    )
    const ended: Array<number> = []
    const { runs } = yield* cancelEverywhere(
      () => Effect.sleep(5),
      (it) => {
        log.push(it.open ? "checked" : "too late")
        return Effect.map(Clock.currentTimeMillis, (now) => void ended.push(now))
      },
      { setUp: resource }
    )
    expect(log).toEqual(Array.from({ length: runs }, () => ["checked", "released"]).flat())
    expect(new Set(ended)).toEqual(new Set([10, 15]))
  })
)

it.live("a point that the program does not reach is a defect that says so [S-232]", () =>
  Effect.gen(function* () {
    const program = cancelEverywhere(() => Effect.void, anything, { only: { by: "scope", step: 1000 } })
    const cause = yield* Effect.flip(Effect.sandbox(program))
    expect(String(Cause.squash(cause))).toContain("the program ends before step 1000")
  })
)

it.live(
  "with samples as many points of each kind are tried, evenly spaced, and it is said how many there are [S-295]",
  () =>
    Effect.gen(function* () {
      const program = () => Effect.ensuring(Effect.sleep(5), Effect.sleep(5))
      const { points, runs, steps } = yield* cancelEverywhere(program, anything)
      expect([runs, points > 4 * steps]).toEqual([points + 2, true])
      expect(yield* cancelEverywhere(program, anything, { samples: points })).toEqual({ points, runs, steps })
      expect((yield* cancelEverywhere(program, anything, { samples: 3 })).runs).toBe(2 + 4 * 3)
      // All of it is seen: the last third of a program, too, and of the pairs those whose second cancel is late.
      const cut = new Set<number>()
      const long = Effect.forEach(
        Array.from({ length: 100 }, (_, i) => i),
        (i) => Effect.onInterrupt(Effect.sleep(1), () => Effect.sync(() => void cut.add(Math.floor(i / 10))))
      )
      yield* cancelEverywhere(() => long, anything, { samples: 40 })
      expect(cut.size).toBe(10)
      const none = yield* Effect.exit(cancelEverywhere(program, anything, { samples: 0 }))
      expect(Exit.isFailure(none) && Cause.squash(none.cause)).toBeInstanceOf(RangeError)
    })
)

it.live("what a program asserts itself can be told from what a cancel overtook [S-296]", () =>
  Effect.gen(function* () {
    const setUp = Effect.sync(() => ({ cancels: 0, looked: [] as Array<number> }))
    type World = Effect.Success<typeof setUp>
    const program = (world: World) => {
      const look = Effect.sync(() => void world.looked.push(world.cancels))
      return Effect.ensuring(Effect.andThen(look, Effect.sleep(5)), look)
    }
    const seen = new Set<string>()
    yield* cancelEverywhere(program, ({ cancels, looked }) => seen.add(`${cancels}: ${looked.join()}`), {
      setUp,
      onCancel: (world) => void world.cancels++
    })
    for (const expected of ["0: 0,0", "1: ", "1: 0,1", "1: 0,0", "2: 0,1", "2: 0,2"]) expect(seen).toContain(expected)
  })
)
