import { failuresIn, reportDefects } from "@ferrule/runtime"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Scope from "effect/Scope"
import { make, type MakeOptions } from "./Channel.ts"
import type { SenderHandle } from "./internal/SenderHandle.ts"
import { showFailure, showStopped } from "./internal/showFailure.ts"
import type { Receiver } from "./Receiver.ts"
import type { Sender } from "./Sender.ts"

/**
 * What an event of this type is: what the target's `on…` property gets, or `Event` if it has none.
 *
 * @category models
 * @since 0.1.0
 */
export type EventOf<T, K extends string> = `on${K}` extends keyof T
  ? NonNullable<T[`on${K}`]> extends (event: infer A) => unknown
    ? A
    : Event
  : Event

/**
 * How the channel is set up that is fed with events. An event target does not wait, so `capacity` and `overflow` have to
 * say what becomes of events that nobody has received yet.
 *
 * @category models
 * @since 0.1.0
 */
export interface EventsOptions<in A, out E = never> extends MakeOptions<A> {
  readonly capacity: number | "unbounded"
  readonly overflow: "dropNewest" | "dropOldest"
  /** The type of the event that ends the channel: what came before it is received first. */
  readonly endOn?: string
  /** By type, the events that fail the channel, and with what: what came before is received first. */
  readonly failOn?: Readonly<Record<string, (event: Event) => E>>
}

/**
 * Feeds a channel with the events of a target, from now on. What such an event is, is read off the target: that of
 * `onmessage` is a `MessageEvent`.
 *
 * - **Completes when** called, at once, with the receiver.
 * - Events do not wait: one for which there is no room is dropped, or drops the oldest, and goes to `onUndelivered`.
 * - The event `endOn` closes the channel; one of `failOn` fails it, and what throws instead of giving the error is a
 *   defect. What came before is received first.
 * - **When the resource scope closes**, the last receiver is cancelled or the channel ends, every listener is removed, in
 *   that step. A receiver that a clone has kept is not shown a clean end, but a defect.
 *
 * Cancel safety: nothing is lost that came while it listened. What is buffered when the last receiver goes is undelivered.
 *
 * @example Clicks until the target is closed
 * ```ts
 * import { Effect, Stream } from "effect"
 * import { Channel } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const target = new EventTarget()
 *   const clicks = yield* Channel.fromEvents(target, "click", {
 *     capacity: 16,
 *     overflow: "dropOldest",
 *     endOn: "close",
 *     failOn: { error: () => "no mouse" as const }
 *   })
 *   for (const type of ["click", "click", "close"]) target.dispatchEvent(new Event(type))
 *   return yield* Stream.runCount(clicks.stream)
 * })
 * console.log(await Effect.runPromise(Effect.scoped(program))) // => 2
 * ```
 *
 * @see fromAsyncIterable for Node's emitters, with `events.on`
 * @category converting
 * @since 0.1.0
 */
export const fromEvents = <T extends EventTarget, const K extends string, E = never>(
  target: T,
  type: K,
  options: EventsOptions<EventOf<T, K>, E>
): Effect.Effect<Receiver<EventOf<T, K>, E>, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.withFiber(({ context }) =>
      Effect.map(make<EventOf<T, K>, E>(options), ({ sender, receiver }) =>
        listen(target, type, options, sender, receiver, context)
      )
    ),
    ({ receiver, stop }) => Effect.andThen(receiver.cancel, Effect.sync(stop))
  ).pipe(Effect.map(({ receiver }) => receiver))

/** Listens from now on, until the channel ends, nobody receives any more, or `stop` is called. */
const listen = <A, E>(
  target: EventTarget,
  type: string,
  { endOn, failOn }: EventsOptions<A, E>,
  sender: Sender<A, E>,
  receiver: Receiver<A, E>,
  context: Context.Context<never>
): { readonly receiver: Receiver<A, E>; readonly stop: () => void } => {
  // Sound: there is no other kind of sender.
  const { pipe } = sender as SenderHandle<A, E>
  const added: Array<readonly [string, (event: any) => void]> = []
  const leave = (): void => {
    for (const [on, listener] of added) target.removeEventListener(on, listener)
  }
  const add = (on: string, listener: (event: any) => void): void => {
    added.push([on, listener])
    target.addEventListener(on, listener)
  }
  const end = (ending: Effect.Effect<void>): void => {
    leave()
    Effect.runSync(ending)
  }
  const failWith = (onError: () => E): void => {
    leave()
    const error = Effect.runSyncExit(Effect.sync(onError))
    if (Exit.isSuccess(error)) return Effect.runSync(sender.fail(error.value))
    showFailure(pipe, Exit.failCause(error.cause))
    Effect.runForkWith(context)(reportDefects(failuresIn(error.cause, pipe.name), `channel "${pipe.name}"`))
  }
  add(type, sender.trySendUnsafe)
  if (endOn !== undefined) add(endOn, () => end(sender.close))
  for (const [on, onError] of Object.entries(failOn ?? {})) add(on, (event) => failWith(() => onError(event)))
  pipe.whenAbandoned.add(leave)
  const stop = (): void => {
    leave()
    showStopped(pipe)
  }
  return { receiver, stop }
}
