import { type Clause, inOneStep, openResource, operation, retreat, tellFirst } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { AcquiringClause } from "./internal/AcquiringClause.ts"
import { PermitState } from "./internal/permitState.ts"
import { taken, Taking } from "./internal/Taking.ts"

/**
 * Permits that somebody has. They are his until he releases them: nothing else gives them back.
 *
 * @category models
 * @since 0.1.0
 */
export interface Permits {
  /**
   * Gives them back: whoever is next in line has them in this very step.
   *
   * - **Completes when** called, at once; also in a scope that was cancelled.
   * - **Dies when** they were released before. Nothing has changed then.
   */
  readonly release: Effect.Effect<void>
}

/**
 * The figures of a semaphore at one instant.
 *
 * @category models
 * @since 0.1.0
 */
export interface SemaphoreStatistics {
  /** How many permits there are; Infinity if it has no limit. */
  readonly permits: number
  /** How many are with somebody. More than there are only after a `resize`, until enough has been released. */
  readonly taken: number
  /** How many stand in line, each with as many permits as it wants. */
  readonly waiting: number
}

/**
 * Permits, of which one takes as many as what it does weighs. Strictly first come, first served: who waits for many is not
 * overtaken by those who want few, and whoever is served owns its permits, so that nobody who comes later takes them.
 *
 * Each of its operations dies when asked for a negative or fractional number of permits, or for more than the semaphore
 * ever had: they would never come.
 *
 * @category models
 * @since 0.1.0
 */
export interface Semaphore {
  /**
   * Runs an effect while it has `n` permits. What this takes, it gives back: on success, failure and cancel alike.
   *
   * - **Completes when** the effect does, **fails when** it does.
   * - **When cancelled** while it waits: it leaves the line, and those behind it move up. Cancel safety: nothing is lost.
   *   Permits it was given and has not begun to use go to the next in line.
   */
  readonly withPermits: (n: number) => <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /**
   * Takes `n` permits, one if nothing is said, until the resource scope closes.
   *
   * - **Completes when** it has them. First come, first served.
   * - **When cancelled**: it leaves the line. Cancel safety: nothing is lost. It has its permits and the resource scope
   *   gives them back, or it has taken none.
   */
  readonly acquire: (n?: number) => Effect.Effect<void, never, Scope.Scope>
  /**
   * Takes `n` permits, one if nothing is said, if they are free and nobody waits; else none.
   *
   * - **Completes when** called, at once. What says that it took permits did, and the other way round, also when
   *   cancelled. They are the caller's to `release`.
   */
  readonly tryAcquire: (n?: number) => Effect.Effect<Option.Option<Permits>>
  /** How many permits are free, now. Those who wait have a right to them before others. */
  readonly available: Effect.Effect<number>
  /** The figures, now. */
  readonly statistics: Effect.Effect<SemaphoreStatistics>
  /**
   * Changes how many permits there are. Nobody loses what it has: with fewer permits the next in line wait longer. With
   * none, nobody is let in.
   *
   * - **Completes when** called, at once; with more permits those who wait have theirs then.
   * - **Dies when** `permits` is no whole number from 0 on, nor Infinity.
   */
  readonly resize: (permits: number) => Effect.Effect<void>
  /** What `acquiring` is made of. */
  readonly "~ferrule/sync/Semaphore": {
    /** The clause that commits by taking `n` permits. */
    readonly acquiring: (n: number) => Clause<Permits>
  }
}

/**
 * How a semaphore is set up.
 *
 * @category models
 * @since 0.1.0
 */
export interface SemaphoreOptions {
  /** In messages and reports: who waits for a permit of which semaphore. */
  readonly name?: string
  /** What messages and reports call it, where something else is built on it: `semaphore` if not given. */
  readonly kind?: string
}

/**
 * Makes a semaphore of so many permits; `Infinity` is a limit that lets everybody in.
 *
 * - **Completes when** called, at once.
 * - **Dies when** `permits` is no whole number from 0 on, nor Infinity.
 *
 * @example Large work beside small, within one budget
 * ```ts
 * import { Console, Effect } from "effect"
 * import { Sync, TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.run("resize images", function* (group) {
 *   const megabytes = yield* Sync.semaphore(100)
 *   const convert = (name: string, size: number) =>
 *     Console.log(name).pipe(Effect.delay("1 millis"), megabytes.withPermits(size))
 *   yield* group.spawn(convert("photo", 60))
 *   yield* group.spawn(convert("poster", 90))
 *   yield* group.spawn(convert("icon", 1))
 * })
 * await Effect.runPromise(program)
 * // => photo
 * // => poster
 * // => icon
 * ```
 *
 * @see mutex for one at a time, and acquiring for a select
 * @category making
 * @since 0.1.0
 */
export const semaphore = (permits: number, options: SemaphoreOptions = {}): Effect.Effect<Semaphore> =>
  Effect.withFiber((fiber) => {
    const { kind = "semaphore", name } = options
    const state = new PermitState(permits, kind, name)
    state.resource = openResource(fiber, kind, name, state)
    return Effect.succeed(new PermitSemaphore(state))
  })

/** Its methods can be passed on as functions. */
class PermitSemaphore implements Semaphore {
  private readonly state: PermitState

  constructor(state: PermitState) {
    this.state = state
  }

  readonly withPermits =
    (n: number) =>
    <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.suspend(() => {
        const taking = new Taking(this.state, n)
        return Effect.onExitPrimitive(taken(taking, self), () => taking.giveBack())
      })

  readonly acquire = (n = 1): Effect.Effect<void, never, Scope.Scope> =>
    Effect.uninterruptibleMask((restore) => {
      const taking = new Taking(this.state, n)
      const kept = Effect.flatMap(restore(taken(taking, Effect.void)), () =>
        Effect.addFinalizer(() => taking.takeBack())
      )
      // Inside the mask: nothing comes between the resource scope and this end.
      return Effect.onExitPrimitive(kept, (exit) => (exit._tag === "Failure" ? taking.giveBack() : undefined))
    })

  readonly tryAcquire = (n = 1): Effect.Effect<Option.Option<Permits>> =>
    inOneStep(
      (fiber) => {
        if (tellFirst(fiber)) retreat()
        const taking = new Taking(this.state, n)
        return taking.tryNow(fiber) ? Option.some(taking) : Option.none()
      },
      () => this.tryAcquire(n)
    )

  get available(): Effect.Effect<number> {
    return Effect.sync(() => this.state.available)
  }

  get statistics(): Effect.Effect<SemaphoreStatistics> {
    return Effect.sync(() => {
      const { permits, taken, line } = this.state
      return { permits, taken, waiting: line.size }
    })
  }

  readonly resize = (permits: number): Effect.Effect<void> =>
    operation(() => {
      this.state.resize(permits)
      return Effect.void
    })

  get "~ferrule/sync/Semaphore"(): { readonly acquiring: (n: number) => Clause<Permits> } {
    return { acquiring: (n) => new AcquiringClause(this.state, n) }
  }
}
