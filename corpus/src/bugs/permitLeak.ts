import { Effect, Semaphore } from "effect"
import { cutAnywhere } from "../cutAnywhere.ts"
import type { Cut } from "../Planted.ts"

type Guard = (semaphore: Semaphore.Semaphore) => (self: Effect.Effect<void>) => Effect.Effect<unknown>

/** Between the permit taken and the promise to give it back there is a step. */
const takeThenPromise: Guard = (semaphore) => (self) =>
  Effect.andThen(semaphore.take(1), Effect.ensuring(self, semaphore.release(1)))

const inOne: Guard = (semaphore) => semaphore.withPermits(1)

const download = (guard: Guard) =>
  cutAnywhere({
    setUp: Semaphore.make(2),
    program: (semaphore) => guard(semaphore)(Effect.sleep(1)),
    invariant: (semaphore) => Effect.runSync(semaphore.takeIfAvailable(2))
  })

export const permitLeak: Cut = {
  _tag: "Cut",
  name: "permit that is not given back",
  story: "a cancel comes when the permit is taken, and before it is seen to that it is given back",
  failure: "BrokenByCancel",
  within: 50,
  broken: download(takeThenPromise),
  mended: download(inOne)
}
