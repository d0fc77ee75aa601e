import { expect, it } from "@effect/vitest"
import { Context, Effect, Exit, Fiber, Metric } from "effect"
import { leavesNothing, LeftBehind, VirtualClock } from "../src/index.ts"

const leftBy = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(leavesNothing(self)), (error) => (error instanceof LeftBehind ? error : undefined))

it.live("gives what the program gives when nothing is left: value, error or defect", () =>
  Effect.gen(function* () {
    expect(yield* leavesNothing(Effect.as(Effect.sleep(1), "v"))).toBe("v")
    expect(yield* Effect.flip(leavesNothing(Effect.fail("e")))).toBe("e")
    expect(yield* Effect.exit(leavesNothing(Effect.die("d")))).toEqual(Exit.die("d"))
  })
)

it.live("fails when a fiber is left, on the real clock and on a virtual one [S-98]", () =>
  Effect.gen(function* () {
    let detached: Fiber.Fiber<void> | undefined
    const leaking = Effect.map(Effect.forkDetach(Effect.sleep("1 minute"), { startImmediately: true }), (fiber) => {
      detached = fiber
    })
    expect(yield* leftBy(leaking)).toMatchObject({ fibers: 1, timers: 1 })
    yield* Fiber.interrupt(detached!)
    const onVirtualClock = Effect.andThen(leftBy(leaking), (left) => Effect.as(Fiber.interrupt(detached!), left))
    expect(yield* VirtualClock.run(onVirtualClock)).toMatchObject({ fibers: 1, timers: 1 })
  })
)

it.live("fails when a timer is left, but not one that was armed before [S-98]", () =>
  Effect.gen(function* () {
    const timers: Array<NodeJS.Timeout> = []
    const arm = Effect.sync(() => void timers.push(setTimeout(() => {}, 60_000)))
    yield* arm
    // Neither is one that somebody else arms meanwhile.
    setImmediate(() => void timers.push(setTimeout(() => {}, 60_000)))
    yield* leavesNothing(Effect.sleep(5))
    expect(timers).toHaveLength(2)
    expect(yield* leftBy(arm)).toMatchObject({ fibers: 0, timers: 1 })
    for (const timer of timers) clearTimeout(timer)
  })
)

it.live("tells the fibers to the metrics around it, too", () =>
  Effect.gen(function* () {
    const told: Array<string> = []
    const metrics: Metric.FiberRuntimeMetricsService = {
      recordFiberStart: () => void told.push("start"),
      recordFiberEnd: () => void told.push("end")
    }
    const program = Effect.flatMap(Effect.forkChild(Effect.void), Fiber.join)
    yield* Effect.provideContext(leavesNothing(program), Context.make(Metric.FiberRuntimeMetrics, metrics))
    expect(told).toEqual(["start", "end"])
  })
)
