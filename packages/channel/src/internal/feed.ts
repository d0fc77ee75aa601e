/**
 * A task that moves items out of a source into a channel of its own, for as long as a resource scope lasts. An item is
 *
 *   in the source    until there is a place for it: the place comes first.
 *   held             it is out of the source; its place may be taken by the one before it.
 *   in the channel   from then on the channel answers for it.
 *
 * Invariant: what is held when the task ends, or arrives later, is undelivered.
 * Invariant: the source is released once, on any exit, when nobody pulls any more.
 */
import { tellFirst } from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import { make } from "../Channel.ts"
import type { ChannelClosed } from "../ChannelClosed.ts"
import type { FromOptions } from "../FromOptions.ts"
import type { Receiver } from "../Receiver.ts"
import type { Pipe } from "./Pipe.ts"
import { producing } from "./producing.ts"
import type { SenderHandle } from "./SenderHandle.ts"

/**
 * Makes a channel, opens the source, and starts the task that feeds the one from the other. `body` runs `pump.move`, in a
 * resource scope of its own; `release` runs after it on any exit, and may still hold items.
 */
export const feed = <A, E, R>(
  options: FromOptions<A> | undefined,
  open: (pump: Pump<A>) => { readonly body: Effect.Effect<void, E, R>; readonly release?: Effect.Effect<void> }
): Effect.Effect<Receiver<A, Exclude<E, ChannelClosed>>, never, Exclude<R, Scope.Scope> | Scope.Scope> =>
  // Masked, though nothing waits here: a source that was opened has its release in the same step.
  Effect.uninterruptible(
    Effect.withFiber(({ context }) =>
      Effect.flatMap(make<A, Exclude<E, ChannelClosed>>(options), ({ sender, receiver }) => {
        // Sound: there is no other kind of sender.
        const handle = sender as SenderHandle<A, Exclude<E, ChannelClosed>>
        const pump = new Pump(handle, context)
        const { body, release } = open(pump)
        const released = release === undefined ? pump.drop : Effect.ensuring(release, pump.drop)
        const task = producing(handle, () => body, released)
        const started = Effect.forkDetach(task, { startImmediately: true, uninterruptible: true })
        // Not `forkScoped`, which starts nothing in a scope that has closed: then nobody would release the source.
        const owned = Effect.acquireRelease(started, (fiber) =>
          Effect.ensuring(receiver.cancel, Fiber.interrupt(fiber))
        )
        return Effect.as(owned, receiver)
      })
    )
  )

export class Pump<A> {
  private readonly sender: SenderHandle<A, any>
  private readonly pipe: Pipe<A, any>
  private readonly context: Context.Context<never>
  private held: Array<A> = []
  /** Where the held items begin: an array that was pulled at once may be long. */
  private first = 0
  /** A place in the channel is set aside for the first item that will be held. */
  private placed = false
  private over = false

  constructor(sender: SenderHandle<A, any>, context: Context.Context<never>) {
    this.sender = sender
    this.pipe = sender.pipe
    this.context = context
  }

  /** An item is out of the source. */
  hold(item: A): void {
    if (!this.over) return void this.held.push(item)
    // Nobody waits for it any more.
    this.pipe.state.lose()
    Effect.runForkWith(this.context)(this.pipe.tellInCleanup(item), { uninterruptible: true })
  }

  /**
   * Moves items until `pull` fails, which takes some out of the source and holds them; with `Done` at the end. What is
   * held or set aside when it stops is left to `drop`.
   */
  move<E, R>(pull: Effect.Effect<void, E, R>): Effect.Effect<void, Exclude<E, Cause.Done> | ChannelClosed, R> {
    const all = Effect.uninterruptibleMask((restore) => {
      const next: Effect.Effect<void, E | ChannelClosed, R> = Effect.withFiber((fiber) => {
        // Stops there, if it was cancelled.
        if (tellFirst(fiber)) return Effect.andThen(restore(Effect.void), next)
        const told = this.put()
        if (told !== undefined) return Effect.andThen(told, next)
        const by = this.sender.closedBy
        if (by !== undefined) return Effect.fail(this.pipe.closed(by))
        if (this.held.length === 0 && this.place()) return Effect.andThen(restore(pull), next)
        return Effect.andThen(Effect.scoped(restore(this.sender.reserve)), next)
      })
      return next
    })
    return Effect.catch(all, (error) =>
      // Sound: Done was excluded just now.
      Cause.isDone(error) ? Effect.void : Effect.fail(error as Exclude<E, Cause.Done> | ChannelClosed)
    )
  }

  /** Puts into the channel what has room there. Gives what tells of an item that came too late. */
  private put(): Effect.Effect<void> | undefined {
    const { held, pipe, sender } = this
    if (this.placed && held.length > 0) {
      this.placed = false
      const item = held[this.first++]!
      if (pipe.state.commit(item) === "undelivered") return pipe.tell(item)
    }
    while (this.first < held.length && sender.trySendUnsafe(held[this.first]!) === "sent") this.first++
    if (this.first === held.length) {
      this.held = []
      this.first = 0
    }
    return undefined
  }

  private place(): boolean {
    const { state } = this.pipe
    if (!state.canPut()) return false
    state.reserve()
    return (this.placed = true)
  }

  /** Nobody will have what is still held. */
  readonly drop: Effect.Effect<void> = Effect.suspend(() => {
    this.over = true
    const { pipe } = this
    const left = this.held.slice(this.first)
    for (const _ of left) pipe.state.lose()
    if (this.placed) pipe.state.giveBack()
    return pipe.tellAll(left)
  })
}
