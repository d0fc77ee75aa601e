import * as CancelScope from "@ferrule/cancel-scope"
import { leavesNothing } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Option, Stream } from "effect"
import { TestClock } from "effect/testing"
import { describe } from "vitest"
import * as TaskGroup from "../src/index.ts"

const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

const upTo = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, i) => i)

const items = upTo(20)

async function* asynchronous(closed: Array<unknown> = []) {
  try {
    for (const i of items) {
      await Promise.resolve()
      yield i
    }
  } finally {
    closed.push("closed")
  }
}

const receivable = () => {
  let next = 0
  return { receiveOption: Effect.sync(() => (next < items.length ? Option.some(next++) : Option.none())) }
}

const sources: ReadonlyArray<[string, () => TaskGroup.Source<number, never, never>]> = [
  ["an array", () => items],
  ["an iterable", () => new Set(items)],
  ["an async iterable", () => asynchronous()],
  ["a stream", () => Stream.fromIterable(items)],
  ["a receiver", receivable]
]

describe("forEach over", () => {
  it.live.each(sources)("%s gives the results in order and never runs more than its limit at once", ([_, source]) =>
    leavesNothing(
      Effect.gen(function* () {
        let running = 0
        let most = 0
        const work = (item: number, index: number) =>
          Effect.gen(function* () {
            most = Math.max(most, ++running)
            for (let i = 0; i < (item * 7) % 5; i++) yield* Effect.yieldNow
            running--
            return `${index}:${item}`
          })
        const results = yield* TaskGroup.forEach(source(), work, { limit: 3 })
        expect(results).toEqual(items.map((i) => `${i}:${i}`))
        expect(most).toBe(3)
      })
    )
  )

  it.live.each(sources)("%s stops asking when a task fails, and fails with its error", ([_, source]) =>
    leavesNothing(
      Effect.gen(function* () {
        const seen: Array<number> = []
        const work = (item: number) =>
          Effect.suspend(() => {
            seen.push(item)
            return item === 3 ? Effect.fail("e") : Effect.sleep(1)
          })
        expect(yield* Effect.flip(TaskGroup.forEach(source(), work, { limit: 2 }))).toBe("e")
        expect(seen.length).toBeLessThan(8)
      })
    )
  )

  it.live.each(sources)("%s runs f nowhere when nothing comes, and is cancelled from outside", ([_, source]) =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const work = () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => void entries.push("cancelled")))
        const fiber = yield* start(TaskGroup.forEach(source(), work, { limit: 4 }))
        yield* Effect.sleep(3)
        yield* Fiber.interrupt(fiber)
        expect(entries).toEqual(upTo(4).map(() => "cancelled"))
      })
    )
  )
})

describe("forEach", () => {
  it.live("of an empty source gives nothing", () =>
    leavesNothing(
      Effect.gen(function* () {
        for (const source of [[], Stream.empty, new Set<never>()]) {
          expect(yield* TaskGroup.forEach(source, () => Effect.void, { limit: 1 })).toEqual([])
        }
      })
    )
  )

  it.effect("starts the next item when there is room: five jobs at a time take 320 for 158 of 10 [RU-07, XG-11]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const began = yield* CancelScope.now
      const fiber = yield* start(
        Effect.andThen(
          TaskGroup.forEach(upTo(158), () => Effect.sleep(10), { limit: 5 }),
          Effect.map(CancelScope.now, (now) => Math.round(now - began))
        )
      )
      for (let i = 0; i < 40; i++) yield* TestClock.adjust(10)
      expect(yield* Fiber.join(fiber)).toBe(320)
    })
  )

  it.live("takes no item any more when one that has just begun has cancelled the scope around it", () =>
    leavesNothing(
      Effect.gen(function* () {
        const begun: Array<number> = []
        const outcome = yield* CancelScope.run("around", (scope) => {
          const work = (i: number) =>
            Effect.suspend(() => {
              begun.push(i)
              return Effect.andThen(scope.cancel("enough"), Effect.never)
            })
          return TaskGroup.forEach(items, work, { limit: 3 })
        })
        expect(outcome._tag).toBe("Cancelled")
        expect(begun).toEqual([0])
      })
    )
  )

  it.live("fails as its source does, and cancels what runs", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const work = () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => void entries.push("cancelled")))
        const broken = Stream.concat(
          Stream.make(1, 2),
          Stream.drain(Stream.fromEffect(Effect.andThen(Effect.sleep(2), Effect.fail("source"))))
        )
        expect(yield* Effect.flip(TaskGroup.forEach(broken, work, { limit: 5 }))).toBe("source")
        expect(entries).toEqual(["cancelled", "cancelled"])
      })
    )
  )

  it.live("dies of what an async iterable throws, which has no error type", () =>
    leavesNothing(
      Effect.gen(function* () {
        async function* thrower() {
          yield 1
          throw new Error("source")
        }
        const exit = yield* Effect.exit(TaskGroup.forEach(thrower(), () => Effect.void, { limit: 1 }))
        expect(
          Exit.isFailure(exit) && exit.cause.reasons.map((reason) => Cause.isDieReason(reason) && reason.defect)
        ).toEqual([new Error("source")])
      })
    )
  )

  it.live("closes an async iterable that it leaves early", () =>
    leavesNothing(
      Effect.gen(function* () {
        const closed: Array<unknown> = []
        yield* Effect.exit(TaskGroup.forEach(asynchronous(closed), () => Effect.fail("e"), { limit: 1 }))
        // While a `next()` is on its way Effect asks for the end and does not wait for it.
        yield* Effect.sleep(1)
        expect(closed).toEqual(["closed"])
      })
    )
  )

  it.live.each<[string, (i: number) => Effect.Effect<void, string>]>([
    ["when a task fails", (i) => (i === 2 ? Effect.fail("e") : Effect.void)],
    ["when it is cancelled", () => Effect.never]
  ])("closes an iterable that it leaves early %s, as a loop does", ([_, work]) =>
    leavesNothing(
      Effect.gen(function* () {
        const closed: Array<unknown> = []
        function* source() {
          try {
            for (let i = 0; ; i++) yield i
          } finally {
            closed.push("closed")
          }
        }
        const fiber = yield* start(TaskGroup.forEach(source(), work, { limit: 2 }))
        yield* Effect.sleep(2)
        yield* Fiber.interrupt(fiber)
        expect(closed).toEqual(["closed"])
      })
    )
  )

  it.live("asks for the next item only when there is room for it", () =>
    leavesNothing(
      Effect.gen(function* () {
        for (const limit of [1, 3]) {
          let asked = 0
          let done = 0
          const ahead: Array<number> = []
          const source = {
            receiveOption: Effect.sync(() => {
              ahead.push(asked - done)
              return asked < 10 ? Option.some(asked++) : Option.none()
            })
          }
          yield* TaskGroup.forEach(
            source,
            () =>
              Effect.andThen(
                Effect.yieldNow,
                Effect.sync(() => void done++)
              ),
            { limit }
          )
          expect(Math.max(...ahead)).toBe(limit - 1)
        }
      })
    )
  )

  it.live("dies of what f throws before it gives an effect", () =>
    leavesNothing(
      Effect.gen(function* () {
        const thrower = (): Effect.Effect<void> => {
          throw new Error("f")
        }
        const exit = yield* Effect.exit(TaskGroup.forEach([1], thrower, { limit: 1 }))
        expect(Exit.isFailure(exit) && Cause.squash(exit.cause)).toEqual(new Error("f"))
      })
    )
  )

  it.live("has a resource scope for each item, closed when that item is done", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<string> = []
        const note = (entry: string) => Effect.sync(() => void entries.push(entry))
        const work = (i: number) => Effect.acquireRelease(note(`+${i}`), () => note(`-${i}`))
        yield* TaskGroup.forEach([1, 2, 3], work, { limit: 1 })
        expect(entries).toEqual(["+1", "-1", "+2", "-2", "+3", "-3"])
      })
    )
  )

  it.live.each([0, -1, Number.NaN])("with a limit of %s is a defect that names the call", (limit) =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(TaskGroup.forEach([1], () => Effect.void, { limit, name: "fetch" }))
      expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toContain('"fetch"')
    })
  )

  it.live("works through 10,000 items, and through them all at once", () =>
    leavesNothing(
      Effect.gen(function* () {
        const many = upTo(10_000)
        for (const limit of [7, Infinity]) {
          const results = yield* TaskGroup.forEach(many, (i) => Effect.as(Effect.yieldNow, i), { limit })
          expect(results).toEqual(many)
        }
      })
    )
  )

  it.live("does not close an iterable whose `next` threw", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const source: Iterable<number> = {
          [Symbol.iterator]: () => ({
            next: () => {
              throw new Error("next")
            },
            return: () => {
              entries.push("closed")
              return { done: true, value: undefined }
            }
          })
        }
        const exit = yield* Effect.exit(TaskGroup.forEach(source, () => Effect.void, { limit: 1 }))
        expect([Exit.isFailure(exit) && Cause.squash(exit.cause), entries]).toEqual([new Error("next"), []])
      })
    )
  )
})

describe("tasks that end in the step in which they start", () => {
  it.live.each([1, 4, Infinity])("start no further one when the first has failed, with the limit %d", (limit) =>
    leavesNothing(
      Effect.gen(function* () {
        let started = 0
        const failing = (i: number) => (started++, i === 0 ? Effect.fail("first") : Effect.void)
        const exit = yield* Effect.exit(TaskGroup.forEach(upTo(100_000), failing, { limit }))
        expect([Exit.isFailure(exit), started]).toEqual([true, 1])
      })
    )
  )

  it.live("start no further one when one that has waited fails", () =>
    leavesNothing(
      Effect.gen(function* () {
        let started = 0
        const failing = (i: number) => (
          started++,
          i === 0 ? Effect.andThen(Effect.yieldNow, Effect.fail("first")) : Effect.void
        )
        yield* Effect.exit(TaskGroup.forEach(upTo(100_000), failing, { limit: 1 }))
        expect(started).toBe(1)
      })
    )
  )

  it.live("give way to timers", () =>
    Effect.gen(function* () {
      const work = Effect.sync(() => {
        const until = performance.now() + 0.05
        while (performance.now() < until);
      })
      let ticks = 0
      const timer = setInterval(() => ticks++, 1)
      yield* TaskGroup.forEach(upTo(2000), () => work, { limit: 8 })
      clearInterval(timer)
      // 100 ms of work, in parts of about 4 ms.
      expect(ticks).toBeGreaterThan(5)
    })
  )
})
