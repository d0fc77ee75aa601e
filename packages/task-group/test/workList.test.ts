import { leavesNothing } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Context, Effect, Exit, Fiber } from "effect"
import * as TaskGroup from "../src/index.ts"

const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

const upTo = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, i) => i)

/** The children of a number in a binary tree with so many nodes. */
const below = (n: number, size: number): ReadonlyArray<number> => [2 * n, 2 * n + 1].filter((child) => child <= size)

it.live.each([1, 2, 5, Infinity])(
  "works through items that add items, at most %s at once, and ends by itself",
  (limit) =>
    leavesNothing(
      Effect.gen(function* () {
        let running = 0
        let most = 0
        const done: Array<number> = []
        const results = yield* TaskGroup.workList(
          [1],
          (n, add) =>
            Effect.gen(function* () {
              most = Math.max(most, ++running)
              yield* add(...below(n, 500))
              if (n % 3 === 0) yield* Effect.yieldNow
              if (n % 5 === 0) yield* Effect.sleep(0)
              running--
              done.push(n)
              return n
            }),
          { limit }
        )
        expect(done.toSorted((a, b) => a - b)).toEqual(upTo(501).slice(1))
        expect(new Set(results)).toEqual(new Set(done))
        expect(results).toHaveLength(500)
        expect(most).toBeLessThanOrEqual(limit)
        if (limit <= 5) expect(most).toBe(limit)
      })
    )
)

it.live("gives the results in the order in which the items were added, the seeds first", () =>
  leavesNothing(
    Effect.gen(function* () {
      const results = yield* TaskGroup.workList(
        ["a", "b", "c"],
        (item, add) =>
          Effect.gen(function* () {
            // The later seeds are done first, and add first.
            yield* Effect.sleep(item === "a" ? 12 : item === "b" ? 6 : 0)
            if (item.length === 1) yield* add(`${item}1`, `${item}2`)
            return item
          }),
        { limit: 3 }
      )
      expect(results).toEqual(["a", "b", "c", "c1", "c2", "b1", "b2", "a1", "a2"])
    })
  )
)

it.live("leaves out items whose key was seen, among the seeds too", () =>
  leavesNothing(
    Effect.gen(function* () {
      const runs: Array<number> = []
      const results = yield* TaskGroup.workList(
        [1, 1, 11, 2],
        (n, add) =>
          Effect.as(
            Effect.andThen(
              Effect.sync(() => void runs.push(n)),
              add(n + 1, n + 2, n + 10)
            ),
            n
          ),
        { limit: 3, unique: (n) => n % 10 }
      )
      expect(runs.map((n) => n % 10).toSorted((a, b) => a - b)).toEqual(upTo(10))
      expect(results.slice(0, 2)).toEqual([1, 2])
    })
  )
)

it.live("add never waits: an item that adds many goes on at once, though there is no room", () =>
  leavesNothing(
    Effect.gen(function* () {
      const entries: Array<unknown> = []
      yield* TaskGroup.workList(
        [0],
        (n, add) =>
          Effect.gen(function* () {
            if (n === 0) yield* add(...upTo(100).slice(1))
            entries.push(n)
          }),
        { limit: 1 }
      )
      expect(entries).toEqual(upTo(100))
    })
  )
)

it.live("starts more workers when an item adds while others still run", () =>
  leavesNothing(
    Effect.gen(function* () {
      let running = 0
      let most = 0
      const early: Array<number> = []
      yield* TaskGroup.workList(
        [0],
        (n, add) =>
          Effect.gen(function* () {
            most = Math.max(most, ++running)
            if (n === 0) {
              yield* add(1, 2)
              yield* Effect.sleep(2)
              early.push(running)
              yield* add(3, 4, 5)
            }
            yield* Effect.sleep(8)
            running--
          }),
        { limit: 4 }
      )
      expect([early, most]).toEqual([[3], 4])
    })
  )
)

it.live("fails as f does, cancels what runs, and begins nothing that is queued", () =>
  leavesNothing(
    Effect.gen(function* () {
      const entries: Array<unknown> = []
      const exit = yield* Effect.exit(
        TaskGroup.workList(
          upTo(10),
          (n) =>
            Effect.suspend(() => {
              entries.push(n)
              if (n === 1) return Effect.andThen(Effect.sleep(1), Effect.fail("e"))
              return Effect.onInterrupt(Effect.never, () => Effect.sync(() => void entries.push(`-${n}`)))
            }),
          { limit: 3 }
        )
      )
      expect(Exit.isFailure(exit) && Cause.squash(exit.cause)).toBe("e")
      expect(entries).toEqual([0, 1, 2, "-0", "-2"])
    })
  )
)

it.live("cancelled from outside ends with what runs", () =>
  leavesNothing(
    Effect.gen(function* () {
      const fiber = yield* start(TaskGroup.workList(upTo(10), () => Effect.never, { limit: 3 }))
      yield* Effect.sleep(1)
      yield* Fiber.interrupt(fiber)
      expect(Exit.hasInterrupts(yield* Fiber.await(fiber))).toBe(true)
    })
  )
)

it.live("every item sees the context of the caller, whoever added it", () =>
  leavesNothing(
    Effect.gen(function* () {
      const Tag = Context.Reference<string>("test/Tag", { defaultValue: () => "none" })
      const seen: Array<string> = []
      yield* TaskGroup.workList(
        [1],
        (n, add) =>
          Effect.gen(function* () {
            seen.push(yield* Tag)
            if (n < 20) yield* Effect.provideService(add(2 * n, 2 * n + 1), Tag, `inside ${n}`)
            yield* Effect.yieldNow
          }),
        { limit: 4 }
      ).pipe(Effect.provideService(Tag, "caller"))
      expect(new Set(seen)).toEqual(new Set(["caller"]))
    })
  )
)

it.live("releases what an item acquired when that item is done", () =>
  leavesNothing(
    Effect.gen(function* () {
      const entries: Array<string> = []
      const note = (entry: string) => Effect.sync(() => void entries.push(entry))
      yield* TaskGroup.workList(
        [1],
        (n, add) =>
          Effect.andThen(
            Effect.acquireRelease(note(`+${n}`), () => note(`-${n}`)),
            n < 3 ? add(n + 1) : Effect.void
          ),
        { limit: 1 }
      )
      expect(entries).toEqual(["+1", "-1", "+2", "-2", "+3", "-3"])
    })
  )
)

it.live("works through 10,000 items that add each other", () =>
  leavesNothing(
    Effect.gen(function* () {
      const results = yield* TaskGroup.workList([1], (n, add) => Effect.as(add(...below(n, 10_000)), n), { limit: 8 })
      expect(results).toHaveLength(10_000)
    })
  )
)

it.live.each([0, -1, Number.NaN])("with a limit of %s is a defect that names the call", (limit) =>
  Effect.gen(function* () {
    const exit = yield* Effect.exit(TaskGroup.workList([1], () => Effect.void, { limit, name: "crawl" }))
    expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toContain('"crawl"')
  })
)
