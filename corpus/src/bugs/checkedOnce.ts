import { Effect, Semaphore } from "effect"
import { claim } from "../claim.ts"
import type { Misordered } from "../Planted.ts"
import { together } from "../together.ts"

interface Config {
  value: string | undefined
}

type Ensure = (config: Config, lock: Semaphore.Semaphore, load: Effect.Effect<string>) => Effect.Effect<void>

const store = (config: Config, load: Effect.Effect<string>) =>
  Effect.flatMap(load, (value) => Effect.sync(() => void (config.value = value)))

const unless = (config: Config, self: Effect.Effect<void>) =>
  Effect.flatMap(
    Effect.sync(() => config.value !== undefined),
    (there) => (there ? Effect.void : self)
  )

const checksOnce: Ensure = (config, lock, load) => unless(config, lock.withPermits(1)(store(config, load)))

const checksTwice: Ensure = (config, lock, load) =>
  unless(config, lock.withPermits(1)(unless(config, store(config, load))))

const requests = (ensure: Ensure) => () =>
  Effect.gen(function* () {
    const lock = yield* Semaphore.make(1)
    const config: Config = { value: undefined }
    let loads = 0
    const use = ensure(
      config,
      lock,
      Effect.sync(() => `load ${++loads}`)
    )
    yield* together(use, use)
    yield* claim(() => loads === 1, "loaded again")
  })

export const checkedOnce: Misordered = {
  _tag: "Misordered",
  name: "double-checked locking, checked once",
  story: "one who waited for the lock loads again what the one before it has loaded",
  failure: "loaded again",
  strategy: "random",
  within: 100,
  broken: requests(checksOnce),
  mended: requests(checksTwice)
}
