import { Deferred, Effect } from "effect"
import { claim } from "../claim.ts"
import type { Misordered } from "../Planted.ts"
import { together } from "../together.ts"

/** Who comes while a value is loaded waits for that load. */
class Cache {
  readonly #values = new Map<string, string>()
  readonly #loading = new Map<string, Deferred.Deferred<string>>()
  readonly #settle: (store: Effect.Effect<unknown>, forget: Effect.Effect<unknown>) => Effect.Effect<unknown>

  constructor(settle: (store: Effect.Effect<unknown>, forget: Effect.Effect<unknown>) => Effect.Effect<unknown>) {
    this.#settle = settle
  }

  get(key: string, load: Effect.Effect<string>): Effect.Effect<string> {
    return Effect.suspend(() => {
      const value = this.#values.get(key)
      if (value !== undefined) return Effect.succeed(value)
      const under = this.#loading.get(key)
      return under === undefined ? this.#load(key, load) : Deferred.await(under)
    })
  }

  #load(key: string, load: Effect.Effect<string>): Effect.Effect<string> {
    const loaded = Deferred.makeUnsafe<string>()
    this.#loading.set(key, loaded)
    return Effect.tap(load, (value) => {
      const store = Effect.sync(() => this.#values.set(key, value))
      const forget = Effect.sync(() => this.#loading.delete(key))
      return Effect.andThen(this.#settle(store, forget), Deferred.succeed(loaded, value))
    })
  }
}

const page = (make: () => Cache) => () =>
  Effect.suspend(() => {
    const cache = make()
    let loads = 0
    const load = Effect.sync(() => `load ${++loads}`)
    const get = cache.get("front page", load)
    return Effect.andThen(
      together(get, get, get),
      claim(() => loads === 1, "loaded more than once")
    )
  })

export const stampede: Misordered = {
  _tag: "Misordered",
  name: "cache stampede",
  story: "the cache forgets that a value is being loaded before it has stored it: who comes between loads it again",
  failure: "loaded more than once",
  strategy: "random",
  within: 150,
  broken: page(() => new Cache((store, forget) => Effect.andThen(forget, store))),
  mended: page(() => new Cache((store, forget) => Effect.andThen(store, forget)))
}
