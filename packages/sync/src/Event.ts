import {
  type Figured,
  type OpenResource,
  openResource,
  operation,
  tellFirst,
  type WaitedFor,
  type Waiter,
  waitHere
} from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"

/**
 * Something that happens once, and that any number of tasks may wait for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Event {
  /**
   * It has happened: whoever waits goes on, first come first. Twice is harmless.
   *
   * - **Completes when** called, at once; it runs nobody.
   */
  readonly set: Effect.Effect<void>
  /**
   * Waits until it has happened.
   *
   * - **Completes when** it is set; at once if it was.
   * - **When cancelled**: it stops waiting. There is nothing that could be lost.
   */
  readonly wait: Effect.Effect<void>
  /** Whether it has happened. */
  readonly isSet: Effect.Effect<boolean>
}

class OneTimeEvent implements Event, Figured, WaitedFor {
  readonly name: string | undefined
  /** Set if somebody watches: open until it has happened. */
  readonly resource: OpenResource | undefined
  private happened = false
  private readonly waiters = new Set<Waiter<void>>()

  constructor(fiber: Fiber.Fiber<unknown, unknown>, name: string | undefined) {
    this.name = name
    this.resource = openResource(fiber, "event", name, this)
  }

  get figures(): Readonly<Record<string, number | string>> {
    return { waiting: this.waiters.size }
  }

  get set(): Effect.Effect<void> {
    return operation(() => {
      this.happened = true
      this.resource?.close()
      for (const waiter of this.waiters) waiter.give(undefined)
      this.waiters.clear()
      return Effect.void
    })
  }

  get wait(): Effect.Effect<void> {
    return Effect.withFiber((fiber) => {
      if (tellFirst(fiber)) return this.wait
      if (this.happened) return Effect.void
      const kind = this.name === undefined ? "an event" : "event"
      return waitHere(fiber, (waiter) => this.stand(waiter), Effect.void, kind, this)
    })
  }

  private stand(waiter: Waiter<void>): (() => void) | undefined {
    if (this.happened) return undefined
    this.waiters.add(waiter)
    return () => void this.waiters.delete(waiter)
  }

  get isSet(): Effect.Effect<boolean> {
    return Effect.sync(() => this.happened)
  }
}

/**
 * Makes an event that has not happened.
 *
 * - **Completes when** run, at once.
 *
 * @example Wait until the cache is warm
 * ```ts
 * import { Console, Effect } from "effect"
 * import { Sync, TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.run("main", function* (group) {
 *   const warm = yield* Sync.event
 *   yield* group.spawn(Effect.andThen(warm.wait, Console.log("serving")))
 *   yield* Console.log("loading")
 *   yield* Effect.sleep("1 millis")
 *   yield* warm.set
 * })
 * await Effect.runPromise(program)
 * // => loading
 * // => serving
 * ```
 *
 * @see barrier to wait for a number of others, and `Channel.oneshot` to hand a value over
 * @category making
 * @since 0.1.0
 */
export const event: Effect.Effect<Event> = Effect.withFiber((fiber) =>
  Effect.succeed(new OneTimeEvent(fiber, undefined))
)

/**
 * Makes an event with a name, by which reports say who waits for it.
 *
 * - **Completes when** run, at once.
 *
 * @example A deadlock report that names what does not come
 * ```ts
 * import { VirtualClock } from "@ferrule/testing"
 * import { Effect } from "effect"
 * import { Sync, TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.run("main", function* (group) {
 *   const warm = yield* Sync.namedEvent("cache is warm")
 *   yield* group.spawn(warm.wait, "server")
 * })
 * const stuck = await Effect.runPromise(Effect.flip(VirtualClock.run(program)))
 * console.log(stuck.message.includes('main › server, waits for event "cache is warm"')) // => true
 * ```
 *
 * @see event for one without a name
 * @category making
 * @since 0.1.0
 */
export const namedEvent = (name: string): Effect.Effect<Event> =>
  Effect.withFiber((fiber) => Effect.succeed(new OneTimeEvent(fiber, name)))
