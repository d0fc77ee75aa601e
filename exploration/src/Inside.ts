import { Effect } from "effect"
import type { World } from "./World.ts"

/** Counts who is inside, and claims that there is room for all of them. */
export class Inside {
  #count = 0
  readonly #see: World
  readonly #most: number

  constructor(see: World, most: number) {
    this.#see = see
    this.#most = most
  }

  get count(): number {
    return this.#count
  }

  /** Comes in and goes out, masked, so that whoever was counted in is counted out. */
  readonly use = (n = 1): Effect.Effect<void> => {
    const enter = Effect.sync(() =>
      this.#see.that((this.#count += n) <= this.#most, `at most ${this.#most} are inside`)
    )
    const leave = Effect.sync(() => void (this.#count -= n))
    return Effect.uninterruptible(Effect.andThen(enter, leave))
  }
}
