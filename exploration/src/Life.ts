import { Effect } from "effect"
import type { World } from "./World.ts"

/** Counts what begins, and claims that its cleanup, which waits, has run once to its end when something is over. */
export class Life {
  begun = 0
  #ended = 0
  readonly #see: World

  constructor(see: World) {
    this.#see = see
  }

  readonly of = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        this.begun++
        return Effect.ensuring(
          restore(self),
          Effect.andThen(
            Effect.yieldNow,
            Effect.sync(() => void this.#ended++)
          )
        )
      })
    )

  over(what: string): void {
    this.#see.equal(this.#ended, this.begun, `when ${what} is over, each cleanup has run once`)
  }
}
