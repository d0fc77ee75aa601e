import { type Body, type BodyE, type BodyR, openResource, operation } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import type { ChannelClosed } from "./ChannelClosed.ts"
import { capacityOf } from "./internal/capacity.ts"
import { ChannelState } from "./internal/channelState.ts"
import { endsOf } from "./internal/ends.ts"
import { producing } from "./internal/producing.ts"
import type { Receiver } from "./Receiver.ts"
import type { Sender } from "./Sender.ts"

/**
 * Starts a producer: a task that owns the sender of a new channel, and lives no longer than the resource scope.
 *
 * - **Completes when** called, at once, with the receiver. The body has run up to its first wait by then; it has a resource
 *   scope of its own.
 * - The end of the body closes the channel; if it has given parts or clones of the sender away, when those are closed, too.
 *   Its failure fails the channel, after the items; so does a defect, which goes to the failure hook, too.
 * - When every receiver is gone the body is cancelled, and that is a normal end. What fails from then on goes to the
 *   failure hook, for nobody else can be given it.
 * - **When the resource scope closes**, the receiver is cancelled, and so is the body; its cleanup is awaited. Readers
 *   that a clone has kept are not shown a clean end, but a defect that says so.
 *
 * Cancel safety: a receive loses nothing. What is buffered when the last receiver goes, or in a `send` that is cancelled
 * with the body, is dropped, and counted in `statistics.undelivered`: where each item counts, use `make`, which takes
 * `onUndelivered`, and `sender.use`.
 *
 * The type of the items is read off the parameter of the body: write it there. Where one consumer does one thing with each
 * item, a `Stream` and `Stream.mapEffect`, with `concurrency` for workers, is the shorter answer.
 *
 * @example Numbers, for as long as somebody wants them
 * ```ts
 * import { Effect, Stream } from "effect"
 * import { Channel } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const squares = yield* Channel.produce("squares", function* (tx: Channel.Sender<number>) {
 *     for (let i = 1; ; i++) yield* tx.send(i * i)
 *   })
 *   return yield* Stream.runCollect(Stream.take(squares.stream, 3))
 * })
 * console.log(await Effect.runPromise(Effect.scoped(program))) // => [ 1, 4, 9 ]
 * ```
 *
 * @see Sender whose `use` is the same for a channel that is there already
 * @category making
 * @since 0.1.0
 */
export const produce = <A, B extends Body, E = never>(
  name: string,
  body: (sender: Sender<A, E>) => B,
  options?: { readonly capacity?: number | "unbounded" }
): Effect.Effect<Receiver<A, E | Exclude<BodyE<B>, ChannelClosed>>, never, BodyR<B> | Scope.Scope> =>
  operation((fiber) => {
    const state = new ChannelState<A>(capacityOf(options?.capacity ?? 0, name))
    state.resource = openResource(fiber, "channel", name, state)
    const { sender, receiver } = endsOf<A, E | Exclude<BodyE<B>, ChannelClosed>>(fiber, name, state)
    const begin = Effect.flatMap(Scope.Scope, (scope) =>
      Effect.as(
        // Added last, the cancel of the receiver comes first: cleanup of the producer that sends does not wait for it.
        Effect.andThen(
          // Masked until the body begins: cancelled before, it still tells the channel.
          Effect.forkIn(producing(sender, body), scope, { startImmediately: true, uninterruptible: true }),
          Scope.addFinalizer(scope, receiver.cancel)
        ),
        receiver
      )
    )
    return Effect.uninterruptible(begin)
  })
