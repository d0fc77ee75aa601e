import {
  type Body,
  type BodyA,
  type BodyE,
  type BodyR,
  type Clause,
  inOneStep,
  operation,
  retreat,
  runBody,
  tellFirst
} from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Scheduler from "effect/Scheduler"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Receiver, Statistics, TryReceive } from "../Receiver.ts"
import { nothing } from "./channelState.ts"
import { eachItem } from "./eachItem.ts"
import { iteratorOf } from "./iteratorOf.ts"
import type { Pipe } from "./Pipe.ts"
import { Ended, Receiving } from "./receiverClauses.ts"
import { Reads } from "./reading.ts"

const done: Exit.Exit<never, Cause.Done> = Exit.fail(Cause.Done())
const same = <A>(item: A): A => item
const over: Exit.Exit<typeof nothing> = Exit.succeed(nothing)
const none: Exit.Exit<Option.Option<never>> = Exit.succeed(Option.none())

/** One open, or cancelled, handle on the receiving end. */
export class ReceiverHandle<A, E> implements Receiver<A, E> {
  readonly pipe: Pipe<A, E>
  private readonly scheduler: Scheduler.Scheduler
  readonly receive: Effect.Effect<A, E | Cause.Done>
  readonly receiveOption: Effect.Effect<Option.Option<A>, E>
  readonly tryReceive: Effect.Effect<TryReceive<A, E>>
  cancelled = false
  /** Cancelled before the channel had ended. */
  cutOff = false

  /** `scheduler` runs what is iterated outside of Effect. */
  constructor(pipe: Pipe<A, E>, scheduler: Scheduler.Scheduler) {
    this.pipe = pipe
    this.scheduler = scheduler
    this.receive = new Reads<A, E, A, Cause.Done>(this, { item: same, ended: done }).look
    this.receiveOption = new Reads<A, E, Option.Option<A>, never>(this, { item: Option.some, ended: none }).look
    this.tryReceive = inOneStep(
      (fiber) => (tellFirst(fiber) || this.defect !== undefined ? retreat() : this.tryNow()),
      () => this.defect ?? this.tryReceive
    )
  }

  /** What the channel has ended with where that is no typed error, which `tryReceive` could tell as a value. */
  private get defect(): Exit.Exit<never> | undefined {
    const { failure, state } = this.pipe
    if (failure === undefined || this.cancelled || !state.ended || Option.isSome(Exit.findErrorOption(failure))) {
      return undefined
    }
    // Sound: it holds no E.
    return failure as Exit.Exit<never>
  }

  private tryNow(): TryReceive<A, E> {
    const { state, failure } = this.pipe
    if (this.cancelled) return { _tag: "Ended", error: Option.none() }
    if (state.canTake()) return { _tag: "Item", value: state.take() }
    if (!state.ended) return { _tag: "Empty" }
    return { _tag: "Ended", error: failure === undefined ? Option.none() : Exit.findErrorOption(failure) }
  }

  readonly forEach = <B extends Body>(f: (item: A) => B): Effect.Effect<void, E | BodyE<B>, BodyR<B>> =>
    eachItem(this, new Reads<A, E, A | typeof nothing, never>(this, { item: same, ended: over }), f)

  get stream(): Stream.Stream<A, E> {
    const one = (item: A): readonly [A] => [item]
    return Stream.fromPull(
      Effect.succeed(new Reads<A, E, readonly [A], Cause.Done>(this, { item: one, ended: done }).look)
    )
  }

  [Symbol.asyncIterator](): AsyncIterator<A, void> {
    return iteratorOf(this.receiveOption, this.scheduler)
  }

  get clone(): Effect.Effect<Receiver<A, E>, never, Scope.Scope> {
    const copy = Effect.sync(() => {
      if (this.cancelled) {
        throw new Error(
          `cannot clone a receiver of channel "${this.pipe.name}": it was cancelled. Clone it before cancelling.`
        )
      }
      const clone = new ReceiverHandle(this.pipe, this.scheduler)
      this.pipe.state.addReceiver(clone)
      return clone
    })
    return operation(() => Effect.acquireRelease(copy, (receiver) => receiver.cancel))
  }

  get cancel(): Effect.Effect<void> {
    // Masked as a whole: every item that counts as lost is told to the hook.
    const giveUp = Effect.uninterruptible(Effect.suspend(() => this.pipe.tellAll(this.cancelNow())))
    return operation(() => giveUp)
  }

  private cancelNow(): ReadonlyArray<A> {
    if (this.cancelled) return []
    this.cancelled = true
    const { state, whenAbandoned } = this.pipe
    this.cutOff = !state.ended
    const left = state.cancelReceiver(this)
    if (state.receivers === 0) for (const stop of whenAbandoned) stop()
    return left
  }

  readonly use = <B extends Body>(body: (receiver: Receiver<A, E>) => B): Effect.Effect<BodyA<B>, BodyE<B>, BodyR<B>> =>
    Effect.ensuring(runBody(body, this), this.cancel)

  get statistics(): Effect.Effect<Statistics> {
    return Effect.sync(() => {
      const { state } = this.pipe
      const { capacity, buffered, peak, sent, received, undelivered, senders, receivers } = state
      const waitingSenders = state.givers.size
      const waitingReceivers = state.takers.size
      return {
        capacity,
        buffered,
        peak,
        sent,
        received,
        undelivered,
        waitingSenders,
        waitingReceivers,
        senders,
        receivers,
        missed: this.pipe.missed
      }
    })
  }

  get "~ferrule/channel/Receiver"(): { readonly receiving: Clause<A, E>; readonly ended: Clause<void, E> } {
    return { receiving: new Receiving(this), ended: new Ended(this) }
  }
}
