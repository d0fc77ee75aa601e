import { Effect, Fiber, Semaphore } from "effect"
import { claim } from "../claim.ts"
import type { Misordered } from "../Planted.ts"
import { together } from "../together.ts"

type Guard = (semaphore: Semaphore.Semaphore) => (self: Effect.Effect<void>) => Effect.Effect<void>

/** Gives the permit back on a cancel, and then at the end once more. */
const givesBackTwice: Guard = (semaphore) => (self) =>
  Effect.acquireUseRelease(
    semaphore.take(1),
    () => Effect.onInterrupt(self, () => semaphore.release(1)),
    () => semaphore.release(1)
  )

const givesBackOnce: Guard = (semaphore) => semaphore.withPermits(1)

const gate = (guard: Guard) => () =>
  Effect.gen(function* () {
    const withGate = guard(yield* Semaphore.make(1))
    let [inside, most] = [0, 0]
    const enter = Effect.sync(() => void (most = Math.max(most, ++inside)))
    const leave = Effect.sync(() => void inside--)
    const visit = withGate(
      Effect.acquireUseRelease(
        enter,
        () => Effect.void,
        () => leave
      )
    )
    const cancelled = yield* Effect.forkChild(visit)
    yield* Effect.andThen(Effect.yieldNow, Fiber.interrupt(cancelled))
    yield* together(visit, visit)
    yield* claim(() => most === 1, "two at once are where one may be")
  })

export const releasedTwice: Misordered = {
  _tag: "Misordered",
  name: "released twice",
  story: "a cancel gives the permit back, and the end gives it back again: now there are two",
  failure: "two at once are where one may be",
  strategy: "random",
  within: 100,
  broken: gate(givesBackTwice),
  mended: gate(givesBackOnce)
}
