import { expect, it } from "@effect/vitest"
import { Effect, Scheduler } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { describe } from "vitest"
import { clockOf, nowOn, Region, setDeadline, WakeQueue } from "../src/index.ts"

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length

const theClock = Effect.withFiber((fiber) => Effect.succeed(clockOf(fiber)))

const nodesBelow = (count: number): ReadonlyArray<Region<never, never>> => {
  const queue = new WakeQueue(new Scheduler.MixedScheduler("sync"))
  const nodes: Array<Region<never, never>> = []
  for (let i = 0; i < count; i++) {
    const node = new Region<never, never>(`n${i}`)
    node.queue = queue
    node.attach(nodes.at(-1))
    nodes.push(node)
  }
  return nodes
}

describe("on the real clock", () => {
  it.live("any number of deadlines arm one timer, which is gone when none is left", () =>
    Effect.gen(function* () {
      const clock = yield* theClock
      const before = timers()
      const nodes = nodesBelow(10)
      const start = nowOn(clock) + 10_000
      for (const [i, node] of nodes.entries()) setDeadline(clock, node, start + (i % 5))
      expect(timers()).toBe(before + 1)
      for (const node of nodes.slice(1)) setDeadline(clock, node, undefined)
      expect(timers()).toBe(before + 1)
      setDeadline(clock, nodes[0]!, undefined)
      expect(timers()).toBe(before)
    })
  )

  it.live(
    "a deadline that was moved in comes at its new time, one that was moved out does not come at its old one",
    () =>
      Effect.gen(function* () {
        const clock = yield* theClock
        const [first, second] = nodesBelow(2)
        const start = nowOn(clock)
        setDeadline(clock, first!, start + 60_000)
        setDeadline(clock, second!, start + 5)
        setDeadline(clock, second!, start + 60_000)
        setDeadline(clock, first!, start + 15)
        second!.shielded = true
        yield* Effect.sleep(30)
        expect(first!.requested).toMatchObject({ reason: { _tag: "DeadlinePassed", deadline: start + 15 } })
        expect(first!.requested!.at).toBeGreaterThanOrEqual(start + 15)
        expect(second!.trace).toBe(undefined)
        setDeadline(clock, second!, undefined)
      })
  )

  it.live("an infinite deadline arms nothing and removes what was armed [TO-04]", () =>
    Effect.gen(function* () {
      const clock = yield* theClock
      const before = timers()
      const [node] = nodesBelow(1)
      setDeadline(clock, node!, nowOn(clock) + 1000)
      setDeadline(clock, node!, Infinity)
      expect(timers()).toBe(before)
      expect(node!.deadlineAt).toBe(Infinity)
    })
  )

  it.live("a deadline ten years ahead does not come early [TO-20]", () =>
    Effect.gen(function* () {
      const clock = yield* theClock
      const [node] = nodesBelow(1)
      setDeadline(clock, node!, nowOn(clock) + 315_360_000_000)
      yield* Effect.sleep(10)
      expect(node!.trace).toBe(undefined)
      setDeadline(clock, node!, undefined)
    })
  )

  it.live("one that has passed cancels in this very step", () =>
    Effect.gen(function* () {
      const clock = yield* theClock
      const [node] = nodesBelow(1)
      setDeadline(clock, node!, nowOn(clock) - 1)
      expect(node!.requested?.reason._tag).toBe("DeadlinePassed")
      expect(node!.delivered).toBe(true)
    })
  )

  it.live(
    "gives way for one turn of the event loop: what ends in the turn of its deadline has ended in time [TO-06]",
    () =>
      Effect.gen(function* () {
        const clock = yield* theClock
        const [inTime, late] = [nodesBelow(1)[0]!, nodesBelow(1)[0]!]
        const at = nowOn(clock) + 3
        for (const node of [inTime, late]) setDeadline(clock, node, at)
        const ended = new Promise<void>((resolve) => {
          setTimeout(() => {
            setImmediate(() => {
              inTime.detach()
              resolve()
            })
          }, 1)
        })
        // The loop is busy until both timers are due: they fire in one turn, the other one first.
        while (nowOn(clock) < at + 3);
        yield* Effect.promise(() => ended)
        yield* Effect.sleep(5)
        expect([inTime.trace, late.trace !== undefined]).toEqual([undefined, true])
      })
  )

  it.live("that of a node which has ended arms nothing", () =>
    Effect.gen(function* () {
      const clock = yield* theClock
      const before = timers()
      const [node] = nodesBelow(1)
      node!.detach()
      setDeadline(clock, node!, nowOn(clock) + 1000)
      expect(timers()).toBe(before)
    })
  )
})

describe("on a test clock", () => {
  it.effect("equal deadlines are reported by the outermost; what it reaches keeps its trace [TO-08]", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const clock = yield* theClock
      const nodes = nodesBelow(4)
      for (const node of [...nodes].toReversed()) setDeadline(clock, node, nowOn(clock) + 100)
      yield* TestClock.adjust(100)
      expect(nodes.map((node) => node.trace?.scope)).toEqual(["n0", "n0", "n0", "n0"])
    })
  )

  it.effect("a clock that jumps past several marks them all, the outermost of the equal ones first", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const clock = yield* theClock
      const nodes = nodesBelow(3)
      const start = nowOn(clock)
      for (const [i, node] of nodes.entries()) setDeadline(clock, node, start + 300 - i * 100)
      yield* TestClock.adjust(1000)
      expect(nodes.map((node) => node.trace?.scope)).toEqual(["n0", "n1", "n2"])
      expect(nodes.map((node) => node.requested?.reason)).toEqual(
        nodes.map((_, i) => ({ _tag: "DeadlinePassed", deadline: start + 300 - i * 100 }))
      )
    })
  )

  it.effect("each comes at its time, whatever was moved or removed before", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.nat({ max: 5 }), fc.option(fc.integer({ min: 1, max: 50 }))), { maxLength: 30 }),
          (moves) => Effect.runPromise(Effect.provide(firesInOrder(moves), TestClock.layer()))
        ),
        { numRuns: 50 }
      )
    )
  )
})

/** Sets deadlines of six independent nodes and looks at every millisecond whose has come. */
const firesInOrder = Effect.fnUntraced(function* (moves: ReadonlyArray<readonly [number, number | null]>) {
  yield* TestClock.adjust(0)
  const clock = yield* theClock
  const nodes = Array.from({ length: 6 }, () => nodesBelow(1)[0]!)
  const expected = new Map<number, number>()
  for (const [i, at] of moves) {
    setDeadline(clock, nodes[i]!, at === null ? undefined : at)
    if (at === null) expected.delete(i)
    else expected.set(i, at)
  }
  for (let now = 1; now <= 50; now++) {
    yield* TestClock.adjust(1)
    const fired = nodes.map((node) => node.requested !== undefined)
    expect(fired).toEqual(nodes.map((_, i) => (expected.get(i) ?? Infinity) <= now))
  }
})
