/** A program with a concurrency bug that the stock scheduler does not show, and beside it the same program, mended. */
import type { BrokenByCancel, CancelPoint, ExploreOptions } from "@ferrule/testing"
import type { Effect, Exit } from "effect"

interface Bug {
  readonly name: string
  /** What its users see, and when. */
  readonly story: string
  /** What it fails with, and where that has a tag, its tag. */
  readonly failure: string
  /** As few tries as this find it, whatever the seed. */
  readonly within: number
}

type Make = () => Effect.Effect<unknown, string>

/** A bug of the order in which things happen. Who cancels, if it takes that, is one of its fibers. */
export interface Misordered extends Bug {
  readonly _tag: "Misordered"
  readonly strategy: NonNullable<ExploreOptions["strategy"]>
  readonly broken: Make
  readonly mended: Make
}

/** A program, and what must hold of its world wherever it was cancelled. */
export interface Cancellable<World> {
  readonly setUp: Effect.Effect<World>
  readonly program: (world: World) => Effect.Effect<unknown>
  readonly invariant: (world: World, exit: Exit.Exit<unknown>) => boolean
}

/** A bug of one place at which a cancel must not come. */
export interface Cut extends Bug {
  readonly _tag: "Cut"
  readonly broken: Trial
  readonly mended: Trial
}

/** A `Cancellable` whose world is its own affair. */
export interface Trial {
  /** Once, not cancelled; gives whether the invariant holds. */
  readonly once: Effect.Effect<boolean>
  /** Cancelled at every place, or at one: how often it was run, and what was broken. */
  readonly everywhere: (
    only?: CancelPoint
  ) => Effect.Effect<{ readonly runs: number; readonly error: BrokenByCancel | undefined }>
}

export type Planted = Misordered | Cut
