import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import { MutexState } from "./internal/MutexState.ts"

/**
 * Lets in one at a time, strictly first come, first served. It is itself what an effect is piped through:
 * `change.pipe(mutex)`.
 *
 * - **Completes when** the effect does, **fails when** it does. It is unlocked on any exit.
 * - **Dies when** the fiber that runs it holds it already: it would wait for itself.
 * - **When cancelled** while it waits: it leaves the line. Cancel safety: nothing is lost. Who was let in and has not begun
 *   lets the next one in.
 *
 * @category models
 * @since 0.1.0
 */
export interface Mutex {
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R>
  /** Whether somebody is in, now. */
  readonly locked: Effect.Effect<boolean>
  /** What `condition` is made of. */
  readonly "~ferrule/sync/Mutex": unknown
}

/**
 * Makes a mutex.
 *
 * - **Completes when** run, at once.
 *
 * @example Read, think, write
 * ```ts
 * import { Effect } from "effect"
 * import { Sync, TaskGroup } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const mutex = yield* Sync.mutex
 *   let balance = 100
 *   const withdraw = (amount: number) =>
 *     Effect.gen(function* () {
 *       const before = balance
 *       yield* Effect.sleep("1 millis")
 *       balance = before - amount
 *     }).pipe(mutex)
 *   yield* TaskGroup.all([withdraw(10), withdraw(20)])
 *   return balance
 * })
 * console.log(await Effect.runPromise(program)) // => 70
 * ```
 *
 * @see namedMutex for one that reports can name
 * @see condition to wait in it until something has changed, and semaphore for several at a time
 * @category making
 * @since 0.1.0
 */
export const mutex: Effect.Effect<Mutex> = Effect.withFiber((fiber) => Effect.succeed(make(fiber, undefined)))

/**
 * Makes a mutex with a name, by which messages call it, and reports say who waits for it and who is in.
 *
 * - **Completes when** run, at once.
 *
 * @example A deadlock report that names what was locked in opposite order
 * ```ts
 * import { VirtualClock } from "@ferrule/testing"
 * import { Effect } from "effect"
 * import { Sync, TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.run("bank", function* (group) {
 *   const [ann, bob] = [yield* Sync.namedMutex("ann"), yield* Sync.namedMutex("bob")]
 *   const transfer = (from: Sync.Mutex, to: Sync.Mutex) => Effect.sleep(10).pipe(to, Effect.delay(10), from)
 *   yield* group.spawn(transfer(ann, bob), "rent")
 *   yield* group.spawn(transfer(bob, ann), "refund")
 * })
 * const stuck = await Effect.runPromise(Effect.flip(VirtualClock.run(program)))
 * console.log(stuck.message.split("circle: ")[1]?.split("\n")[0])
 * // => "rent" waits for mutex "bob", held by "refund"; "refund" waits for mutex "ann", held by "rent".
 * ```
 *
 * @see mutex for one without a name
 * @category making
 * @since 0.1.0
 */
export const namedMutex = (name: string): Effect.Effect<Mutex> =>
  Effect.withFiber((fiber) => Effect.succeed(make(fiber, name)))

const make = (fiber: Fiber.Fiber<unknown, unknown>, name: string | undefined): Mutex => {
  const state = new MutexState(fiber, name)
  return Object.assign(<A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => state.locked(self), {
    locked: Effect.sync(() => state.permits.taken > 0),
    "~ferrule/sync/Mutex": state
  })
}
