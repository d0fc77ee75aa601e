import { expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { describe } from "vitest"
import {
  askerOf,
  cancelNode,
  cancelNodeNow,
  CancelNode,
  operation,
  Region,
  runRegion,
  tellFirst,
  traceOf
} from "../src/index.ts"

const run = <A, E, R>(region: Region<A, E>, body: Effect.Effect<A, E, R>) =>
  runRegion(region, body, (exit) => Effect.succeed(exit))

const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

const trace = (node: CancelNode) => traceOf(node, { _tag: "Requested" }, 0, undefined)

const turn = Effect.promise(() => new Promise<void>((resolve) => void setImmediate(resolve)))

describe("cancelNode", () => {
  it.effect("marks in this step, and tells the fiber from the wake queue", () =>
    Effect.gen(function* () {
      const region = new Region<never, never>("r")
      const fiber = yield* start(run(region, Effect.never))
      cancelNode(region, trace(region), true)
      expect([region.trace !== undefined, region.delivered]).toEqual([true, false])
      yield* Fiber.join(fiber)
      expect(region.delivered).toBe(true)
    })
  )

  it.live("tells a large tree slice by slice, so that timers are not held up", () =>
    Effect.gen(function* () {
      const root = new Region<never, never>("root")
      const regions = Array.from({ length: 1000 }, (_, i) => new Region<never, never>(`r${i}`))
      const below = Effect.forEach(regions, (region) => start(run(region, Effect.never)))
      const fiber = yield* start(run(root, Effect.andThen(below, Effect.never)))
      cancelNode(root, trace(root), true)
      expect(regions.every((region) => region.trace !== undefined)).toBe(true)
      const told = () => regions.filter((region) => region.delivered).length
      expect(told()).toBe(0)
      yield* turn
      expect(told()).toBeGreaterThan(0)
      expect(told()).toBeLessThan(1000)
      yield* Fiber.join(fiber)
      expect(told()).toBe(1000)
    })
  )

  it.live("a node of a slice that has not come yet is told by its own next operation", () =>
    Effect.gen(function* () {
      const region = new Region<string, never>("r")
      let acted = false
      const body = Effect.gen(function* () {
        yield* turn
        cancelNode(region, trace(region), true)
        yield* operation(() => Effect.sync(() => void (acted = true)))
        return "went on"
      })
      const exit = yield* run(region, body)
      expect([acted, Exit.isFailure(exit)]).toEqual([false, true])
    })
  )

  it("does nothing to a node that was never entered but mark it", () => {
    const node = new CancelNode("n")
    cancelNode(node, trace(node), true)
    expect([node.trace !== undefined, node.delivered]).toEqual([true, false])
  })
})

describe("cancelNodeNow", () => {
  it.effect("tells in this very step", () =>
    Effect.gen(function* () {
      const region = new Region<never, never>("r")
      const fiber = yield* start(run(region, Effect.never))
      cancelNodeNow(region, trace(region), true)
      expect([region.delivered, region.hasEnded]).toEqual([true, true])
      yield* Fiber.join(fiber)
    })
  )
})

describe("operation", () => {
  it.effect("acts in cleanup, although the scope was cancelled", () =>
    Effect.gen(function* () {
      const region = new Region<never, never>("r")
      let acted = false
      const act = operation(() => Effect.sync(() => void (acted = true)))
      const body = Effect.uninterruptible(
        Effect.gen(function* () {
          cancelNode(region, trace(region), true)
          yield* act
        })
      )
      yield* run(region, Effect.andThen(body, Effect.never))
      expect(acted).toBe(true)
    })
  )

  it.effect("outside every scope just acts", () =>
    Effect.gen(function* () {
      expect(yield* operation((fiber) => Effect.succeed(tellFirst(fiber)))).toBe(false)
    })
  )
})

describe("askerOf", () => {
  it.effect("is the name of the scope that the code is in, or its fiber", () =>
    Effect.gen(function* () {
      const ask = Effect.withFiber((fiber) => Effect.succeed(askerOf(fiber)))
      expect(yield* run(new Region("r"), ask)).toEqual(Exit.succeed("r"))
      expect(yield* ask).toBe(`fiber ${yield* Effect.fiberId}`)
    })
  )
})
