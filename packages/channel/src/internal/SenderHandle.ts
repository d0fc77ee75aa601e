import {
  type Body,
  type BodyE,
  type BodyR,
  type Clause,
  goesOnAtOnce,
  inOneStep,
  operation,
  primitive,
  retreat,
  runBody,
  type Step,
  tellFirst,
  waitAs,
  Waiter
} from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { ChannelClosed } from "../ChannelClosed.ts"
import type { Sender, TrySend } from "../Sender.ts"
import type { Permit } from "../Permit.ts"
import type { Giver, Side } from "./channelState.ts"
import { inMaskedStep } from "./inMaskedStep.ts"
import type { Pipe } from "./Pipe.ts"
import { reserving } from "./reserving.ts"
import { runAsOwner } from "./runAsOwner.ts"
import { Sending } from "./senderClauses.ts"

/** One open, or closed, handle on the sending end. Its methods can be passed on as functions: `tx.send`. */
export class SenderHandle<A, E> implements Sender<A, E> {
  readonly pipe: Pipe<A, E>
  private closed = false
  /** What a send that is about to wait in the next operation of its fiber has to give. */
  private parting: A | undefined = undefined
  private room: Effect.Effect<void, ChannelClosed> | undefined = undefined

  constructor(pipe: Pipe<A, E>) {
    this.pipe = pipe
  }

  readonly send = (item: A): Effect.Effect<void, ChannelClosed> => sending(this, item, false)

  /** The first step of a send. */
  sendNow(item: A): Effect.Effect<void, ChannelClosed> {
    const { state } = this.pipe
    const by = this.closedBy
    if (by !== undefined) return this.refuse(item, by)
    if (!state.canPut()) return this.sendWithoutRoom(item)
    state.put(item)
    return Effect.void
  }

  /** In a generator it needs the run loop only to wait, or to fail. */
  inPlace(step: Step<void, ChannelClosed, never>, fiber: Fiber.Fiber<unknown, unknown>, item: A): boolean {
    const { state } = this.pipe
    if (tellFirst(fiber) || this.closedBy !== undefined) return false
    if (!state.canPut()) return state.overflow === "wait" && goesOnAtOnce(fiber) && step.wait(this.waitWith(item))
    state.put(item)
    return step.succeed(undefined)
  }

  /** One effect for all sends: nobody else runs before it has the item. */
  private waitWith(item: A): Effect.Effect<void, ChannelClosed> {
    this.parting = item
    return (this.room ??= waitAs(
      (fiber, resume: (effect: Effect.Effect<void, ChannelClosed>) => void) =>
        // Sound: it was set in the operation before.
        this.standInLine(fiber, resume, this.parting as A),
      () => this.send(this.parting as A),
      "room in",
      this.pipe
    ))
  }

  private sendWithoutRoom(item: A): Effect.Effect<void, ChannelClosed> {
    if (this.pipe.state.overflow !== "wait") return Effect.asVoid(this.drop(item, (by) => this.refuse(item, by)))
    return waitAs(
      (fiber, resume: (effect: Effect.Effect<void, ChannelClosed>) => void) => this.standInLine(fiber, resume, item),
      () => this.send(item),
      "room in",
      this.pipe
    )
  }

  private standInLine(
    fiber: Fiber.Fiber<unknown, unknown>,
    resume: (effect: Effect.Effect<void, ChannelClosed>) => void,
    item: A
  ): WaitingSend<A> | undefined {
    const { pipe } = this
    if (this.closedBy !== undefined || pipe.state.canPut()) return undefined
    const giver = new WaitingSend(fiber, resume, pipe, item)
    pipe.state.givers.add(giver)
    return giver
  }

  /** Who closed the channel for this handle. */
  get closedBy(): Side | undefined {
    if (this.closed || this.pipe.state.senders === 0) return "sender"
    return this.pipe.state.receivers === 0 ? "receiver" : undefined
  }

  private refuse(item: A, by: Side): Effect.Effect<never, ChannelClosed> {
    const { pipe } = this
    const lost = inMaskedStep(() => {
      pipe.state.lose()
      return pipe.tell(item)
    })
    return Effect.andThen(lost, Effect.fail(pipe.closed(by)))
  }

  // One step, so that what was sent is also said to be.
  readonly trySend = (item: A): Effect.Effect<TrySend> =>
    inOneStep(
      (fiber) => (tellFirst(fiber) || this.hasToDrop() ? retreat() : this.tryNow(item)),
      () => (this.hasToDrop() ? this.trySendWithoutRoom(item) : this.trySend(item))
    )

  private hasToDrop(): boolean {
    const { state } = this.pipe
    return state.overflow !== "wait" && this.closedBy === undefined && !state.canPut()
  }

  private trySendWithoutRoom(item: A): Effect.Effect<TrySend> {
    return this.drop(item, () => Effect.succeed("closed"))
  }

  /** Sends where one item has to go, unless the channel was closed in the meantime. */
  private drop<E>(item: A, closed: (by: Side) => Effect.Effect<TrySend, E>): Effect.Effect<TrySend, E> {
    return inMaskedStep(() => {
      const by = this.closedBy
      return by === undefined ? Effect.as(this.pipe.putOrDrop(item), "sent" as const) : closed(by)
    })
  }

  private tryNow(item: A): TrySend {
    const { state } = this.pipe
    if (this.closedBy !== undefined) return "closed"
    if (!state.canPut()) return "full"
    state.put(item)
    return "sent"
  }

  readonly trySendUnsafe = (item: A): TrySend => {
    const answer = this.tryNow(item)
    if (answer !== "full" || this.pipe.state.overflow === "wait") return answer
    this.pipe.putOrDropUnsafe(item)
    return "sent"
  }

  get reserve(): Effect.Effect<Permit<A>, ChannelClosed, Scope.Scope> {
    return reserving(this)
  }

  get clone(): Effect.Effect<Sender<A, E>, never, Scope.Scope> {
    const copy = Effect.sync(() => {
      if (this.closedBy === "sender") {
        throw new Error(`cannot clone a sender of channel "${this.pipe.name}": it was closed. Clone it before closing.`)
      }
      this.pipe.state.senders++
      return new SenderHandle(this.pipe)
    })
    return operation(() => Effect.acquireRelease(copy, (sender) => Effect.sync(() => sender.closeNow())))
  }

  readonly split = (n: number): Effect.Effect<ReadonlyArray<Sender<A, E>>> =>
    operation(() => Effect.sync(() => this.splitNow(n)))

  private splitNow(n: number): ReadonlyArray<Sender<A, E>> {
    const which = `a sender of channel "${this.pipe.name}"`
    if (!Number.isInteger(n) || n < 1)
      throw new RangeError(`cannot split ${which} into ${n}. Pass a whole number from 1 on.`)
    if (this.closedBy === "sender") throw new Error(`cannot split ${which}: it was closed. Split it before closing.`)
    this.closed = true
    this.pipe.state.senders += n - 1
    return Array.from({ length: n }, () => new SenderHandle(this.pipe))
  }

  get close(): Effect.Effect<void> {
    return operation(() => {
      this.closeNow()
      return Effect.void
    })
  }

  closeNow(): void {
    if (this.closed) return
    this.closed = true
    if (this.pipe.failure === undefined) this.pipe.state.closeSender()
  }

  readonly fail = (error: E): Effect.Effect<void> =>
    operation(() => {
      this.failNow(error)
      return Effect.void
    })

  private failNow(error: E): void {
    const { pipe } = this
    if (this.closedBy === "sender") return
    this.closed = true
    pipe.failure = Exit.fail(error)
    pipe.state.closeAllSenders()
  }

  readonly use = <B extends Body>(
    body: (sender: Sender<A, E>) => B
  ): Effect.Effect<void, Exclude<BodyE<B>, ChannelClosed>, BodyR<B>> => runAsOwner(this, () => runBody(body, this))

  get "~ferrule/channel/Sender"(): { readonly sending: (item: A) => Clause<void, ChannelClosed> } {
    return { sending: (item) => new Sending(this, item) }
  }
}

/** In one step with the look whether the scope was cancelled; `told` says that its fiber was told, and goes on. */
const sending = primitive(
  (fiber, handle: SenderHandle<any, any>, item: any, told: boolean): Effect.Effect<void, ChannelClosed> =>
    !told && tellFirst(fiber) ? sending(handle, item, true) : handle.sendNow(item),
  (step, fiber, handle, item) => handle.inPlace(step, fiber, item)
)

class WaitingSend<A> extends Waiter<void, ChannelClosed> implements Giver<A> {
  readonly item: A
  readonly begun = true
  private readonly pipe: Pipe<A, any>

  constructor(
    fiber: Fiber.Fiber<unknown, unknown>,
    resume: (effect: Effect.Effect<void, ChannelClosed>) => void,
    pipe: Pipe<A, any>,
    item: A
  ) {
    super(fiber, resume)
    this.pipe = pipe
    this.item = item
  }

  accepted(): void {
    this.end(Exit.void)
  }

  refused(): void {
    this.end(Exit.fail(this.pipe.closed("receiver")))
  }

  /** Its item was given, and nobody will have it. */
  override leave(): Effect.Effect<void> {
    return super.leave(() => {
      const { item, pipe } = this
      pipe.state.lose()
      pipe.state.withdraw(this)
      return pipe.tellInCleanup(item)
    })
  }
}
