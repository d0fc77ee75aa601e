import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { ChannelClosed } from "./ChannelClosed.ts"
import { isChannelClosed } from "./internal/isChannelClosed.ts"

/**
 * Takes a closed channel as a normal end of the effect.
 *
 * - **Completes when** the effect has ended: with its value, or with none if it failed with `ChannelClosed` or
 *   `Cause.Done`. **Fails when** it fails with anything else.
 *
 * @example A producer that stops when nobody listens any more
 * ```ts
 * import { Effect, Option } from "effect"
 * import { Channel } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const { sender, receiver } = yield* Channel.make<number>("ticks")
 *   yield* receiver.cancel
 *   return yield* Effect.forever(sender.send(1)).pipe(Channel.stopWhenClosed)
 * })
 * console.log(Option.isNone(await Effect.runPromise(program))) // => true
 * ```
 *
 * @see Sender whose `use` closes the handle as well
 * @category ending
 * @since 0.1.0
 */
export const stopWhenClosed = <A, E, R>(
  self: Effect.Effect<A, E, R>
): Effect.Effect<Option.Option<A>, Exclude<E, ChannelClosed | Cause.Done>, R> =>
  Effect.catch(Effect.asSome(self), (error) =>
    isChannelClosed(error) || Cause.isDone(error)
      ? Effect.succeedNone
      : // Sound: the two were excluded just now.
        Effect.fail(error as Exclude<E, ChannelClosed | Cause.Done>)
  )
