import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"
import { BrokenByCancel } from "./BrokenByCancel.ts"
import type { CancelPoint } from "./CancelPoint.ts"
import { cancelledRun, type Ended, type Trial } from "./internal/cancelledRun.ts"
import { evenly } from "./internal/evenly.ts"
import type * as VirtualClock from "./VirtualClock.ts"

/**
 * How to cancel a program everywhere.
 *
 * @category models
 * @since 0.1.0
 */
export interface CancelOptions<World = undefined, E = never, R = never> extends VirtualClock.Options {
  /** Makes what the program works on, anew for each run. It is not cancelled, and what it acquires outlives the check. */
  readonly setUp?: Effect.Effect<World, E, R> | undefined
  /** Runs this one only: the point that a `BrokenByCancel` names. */
  readonly only?: CancelPoint | undefined
  /**
   * At most so many points are tried of each kind, evenly spaced: by either way, once and twice. All of them if it is not
   * given. For a program that has more steps than patience.
   */
  readonly samples?: number | undefined
  /**
   * Told when the program has come to the step, just before the cancel. What the program asserts in its own code need
   * not hold from then on.
   */
  readonly onCancel?: ((world: World) => void) | undefined
}

/**
 * What `cancelEverywhere` has done.
 *
 * @category models
 * @since 0.1.0
 */
export interface CancelledEverywhere {
  /** How many steps the program has when nobody cancels it. */
  readonly steps: number
  /** How many runs there were. */
  readonly runs: number
  /** How many points there are; with `samples` only as many of them were tried. */
  readonly points: number
}

/** A first cancel that was tried, and how many steps there were in all then. */
interface First {
  readonly step: number
  readonly steps: number
}

const ways = ["interrupt", "scope"] as const

/** What is run, and how many runs there were. */
class Everywhere<World, A, E> {
  readonly #trial: Trial<World, A, E>
  readonly #samples: number | undefined
  runs = 0
  #points = 0

  constructor(trial: Trial<World, A, E>, samples: number | undefined) {
    this.#trial = trial
    this.#samples = samples
  }

  get all(): Effect.Effect<CancelledEverywhere, BrokenByCancel> {
    return Effect.gen({ self: this }, function* () {
      const wholes = yield* Effect.forEach(ways, (by) => this.#uncancelled(by))
      // One cancel first, everywhere: what it breaks is easier to understand.
      const firsts = yield* Effect.forEach(ways, (by, index) => this.#once(by, wholes[index]!.steps))
      yield* Effect.forEach(ways, (by, index) => this.#twice(by, firsts[index]!))
      return this.#result(wholes[0])
    })
  }

  #once(by: CancelPoint["by"], steps: number): Effect.Effect<ReadonlyArray<First>, BrokenByCancel> {
    this.#points += steps
    return Effect.forEach([...evenly(steps, this.#samples)], (index) =>
      Effect.map(this.at({ by, step: index + 1 }), (ended) => ({ step: index + 1, steps: ended.steps }))
    )
  }

  #twice(by: CancelPoint["by"], firsts: ReadonlyArray<First>): Effect.Effect<void, BrokenByCancel> {
    const pairs = firsts.map(({ step, steps }) => Math.max(0, steps - step))
    const count = pairs.reduce((sum, more) => sum + more, 0)
    this.#points += count
    return Effect.gen({ self: this }, function* () {
      let [row, before] = [0, 0]
      for (const index of evenly(count, this.#samples)) {
        while (index >= before + pairs[row]!) before += pairs[row++]!
        const { step } = firsts[row]!
        yield* this.at({ by, step, again: step + 1 + index - before })
      }
    })
  }

  only(point: CancelPoint): Effect.Effect<CancelledEverywhere, BrokenByCancel> {
    return Effect.gen({ self: this }, function* () {
      const plain = yield* this.#uncancelled("interrupt")
      this.#points = 1
      const { reached } = yield* this.at(point)
      if (reached === cancelsOf(point).length) return this.#result(plain)
      return yield* Effect.die(
        new RangeError(`the program ends before step ${point.again ?? point.step}: nothing was tried.`)
      )
    })
  }

  #result({ steps }: Ended): CancelledEverywhere {
    return { steps, runs: this.runs, points: this.#points }
  }

  #uncancelled(by: CancelPoint["by"]): Effect.Effect<Ended, BrokenByCancel> {
    this.runs++
    return Effect.flatMap(cancelledRun(this.#trial, { by, cancels: [] }), (ended) =>
      ended.broken === undefined
        ? Effect.succeed(ended)
        : Effect.fail(new BrokenByCancel({ point: undefined, ran: [], reason: ended.broken }))
    )
  }

  /** A run that has ended before the point is as good as none. */
  at(point: CancelPoint): Effect.Effect<Ended, BrokenByCancel> {
    this.runs++
    const cancels = cancelsOf(point)
    return Effect.flatMap(cancelledRun(this.#trial, { by: point.by, cancels }), (ended) =>
      ended.broken === undefined || ended.reached < cancels.length
        ? Effect.succeed(ended)
        : this.#report(point, ended.broken)
    )
  }

  /** What ran there is seen by going there once more without that cancel. */
  #report(point: CancelPoint, reason: Ended["broken"] & {}): Effect.Effect<never, BrokenByCancel> {
    const { by } = point
    const cancels = cancelsOf(point)
    const looks = cancels.map((look, index) =>
      Effect.map(
        cancelledRun(this.#trial, { by, cancels: cancels.slice(0, index), look }),
        ({ ran }) => ran[index] ?? ""
      )
    )
    return Effect.flatMap(Effect.all(looks), (ran) => Effect.fail(new BrokenByCancel({ point, ran, reason })))
  }
}

const cancelsOf = ({ step, again }: CancelPoint): ReadonlyArray<number> =>
  again === undefined ? [step] : [step, again]

/**
 * Cancels a program at every step that it has, in a run of its own each, on virtual time: once by an interrupt of its
 * root fiber, once by the cancel of a scope around it, and each of them with a second cancel at every step of the
 * cleanup that follows. After each run nothing may be left behind, no cleanup may have died, and `invariant` must hold:
 * it is given what `setUp` made and how the program ended, and says `false`, throws or fails where it does not.
 *
 * A step is all that lets others run: an operation (the scheduler may let others run before it), a wake-up, the end of a
 * sleep, a deadline, and that every task waits. A program with n steps and m of cleanup takes about 2 n m runs, so keep
 * it small: ten operations say more than a thousand. Of one that cannot be small, `samples` takes some points.
 *
 * - **Completes when** every run is over, and says how many there were.
 * - **Fails when** a run is broken, with `BrokenByCancel`, at the first such step; also when the program fails, hangs or
 *   leaves something behind by itself.
 * - **When cancelled**, the run under way is interrupted, and its cleanup awaited.
 *
 * @example A transfer that cannot be cut in half
 * ```ts
 * import { cancelEverywhere } from "@ferrule/testing"
 * import { Effect, Ref } from "effect"
 *
 * const transfer = (accounts: { a: Ref.Ref<number>; b: Ref.Ref<number> }) =>
 *   Effect.sleep("1 second").pipe(
 *     Effect.andThen(
 *       Effect.uninterruptible(
 *         Effect.andThen(
 *           Ref.update(accounts.a, (n) => n - 30),
 *           Ref.update(accounts.b, (n) => n + 30)
 *         )
 *       )
 *     )
 *   )
 * const tested = cancelEverywhere(
 *   transfer,
 *   ({ a, b }) => Effect.map(Effect.all([Ref.get(a), Ref.get(b)]), ([x, y]) => x + y === 100),
 *   { setUp: Effect.all({ a: Ref.make(100), b: Ref.make(0) }) }
 * )
 * const { steps, runs } = await Effect.runPromise(tested)
 * console.log(steps > 5, runs > 2 * steps) // => true true
 * ```
 *
 * @see VirtualClock.run for one run that nobody cancels
 * @category running
 * @since 0.1.0
 */
export const cancelEverywhere = <A, E, R, V, World = undefined, E2 = never, R2 = never>(
  program: (world: World) => Effect.Effect<A, E, R>,
  invariant: (world: World, exit: Exit.Exit<A, E>) => V,
  options: CancelOptions<World, E2, R2> = {}
): Effect.Effect<
  CancelledEverywhere,
  BrokenByCancel,
  Exclude<R | R2 | (V extends Effect.Effect<unknown, unknown, infer R3> ? R3 : never), Scope.Scope>
> =>
  Effect.contextWith((context: Context.Context<never>) => {
    // Sound: without `setUp` there is nothing that a world could be inferred from but `undefined`.
    const setUp = (options.setUp ?? Effect.succeed(undefined)) as Effect.Effect<World, E2, Scope.Scope>
    const everywhere = new Everywhere(
      {
        // Sound: the context has all that they require but the resource scope, which each run has.
        program: program as (world: World) => Effect.Effect<A, E, Scope.Scope>,
        setUp,
        invariant,
        options
      },
      options.samples
    )
    const { samples } = options
    if (samples !== undefined && !(samples >= 1)) {
      return Effect.die(
        new RangeError(`samples is ${samples}: nothing would be tried. Pass 1 or more, or leave it out.`)
      )
    }
    const runs = options.only === undefined ? everywhere.all : everywhere.only(options.only)
    return Effect.provideContext(runs, context)
  })
