import { clockOf, millisOf, openResource, wakeQueueOf } from "@ferrule/runtime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { ChannelState } from "./internal/channelState.ts"
import { endsOf } from "./internal/ends.ts"
import { Ticks } from "./internal/Ticks.ts"
import type { Receiver } from "./Receiver.ts"

/**
 * Ticks at regular times, the first one `every` from now, until the resource scope closes. A tick is the time at which it
 * was due, in milliseconds on the runtime's monotonic clock, as `CancelScope.now` gives it.
 *
 * - **Completes when** called, at once.
 * - **Dies when** `every` is NaN, cannot be read, or is not more than 0.
 *
 * The times do not drift: a reader that is late changes none of them. Ticks that a reader has missed are one; the others
 * are counted in `statistics.missed`. While a tick lies there that nobody has read, no timer is set.
 *
 * It ends with the resource scope only: a loop over it is a daemon, or one that something else ends. Cancel safety: a
 * tick that a cancelled receive was about to get is read next.
 *
 * @example Every now and then
 * ```ts
 * import { Effect } from "effect"
 * import { CancelScope, Channel } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const start = yield* CancelScope.now
 *   const ticks = yield* Channel.ticker("10 millis")
 *   const first = yield* ticks.receive
 *   const second = yield* ticks.receive
 *   return [first - start >= 10, Math.round(second - first)]
 * })
 * console.log(await Effect.runPromise(Effect.scoped(program))) // => [ true, 10 ]
 * ```
 *
 * @see Timeout.after for one time
 * @category making
 * @since 0.1.0
 */
export const ticker = (every: Duration.Input): Effect.Effect<Receiver<number>, never, Scope.Scope> => {
  const begin = Effect.withFiber((fiber) => {
    const millis = millisOf(every, "interval of Channel.ticker")
    if (millis === 0) throw new RangeError("the interval of Channel.ticker is not more than 0. Pass a longer one.")
    const state = new ChannelState<number>(1)
    state.resource = openResource(fiber, "ticker", "ticker", state)
    const { receiver } = endsOf<number, never>(fiber, "ticker", state)
    const inLine = { node: undefined, queue: wakeQueueOf(fiber), held: false }
    const ticks = new Ticks(receiver.pipe, clockOf(fiber), millis, inLine)
    return Effect.succeed({ receiver, ticks })
  })
  const ended = ({ receiver, ticks }: Effect.Success<typeof begin>): Effect.Effect<void> => {
    ticks.stop()
    return receiver.cancel
  }
  return Effect.map(
    Effect.acquireRelease(begin, (ticker) => Effect.suspend(() => ended(ticker))),
    ({ receiver }) => receiver
  )
}
