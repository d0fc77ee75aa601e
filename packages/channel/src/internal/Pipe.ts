/** What the two ends of a channel share: its state, its name, and what becomes of items that nobody can have. */
import { askerOf, type Handover, type OpenResource, report, type WaitedFor } from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { ChannelClosed } from "../ChannelClosed.ts"
import { type ChannelState, nothing, type Side } from "./channelState.ts"

export class Pipe<in out A, in out E> implements WaitedFor {
  readonly name: string
  readonly state: ChannelState<A>
  private readonly onUndelivered: ((item: A) => Effect.Effect<void>) | undefined
  /** What receivers are shown after the last item instead of a plain end. */
  failure: Exit.Exit<never, E> | undefined = undefined
  /** Items that its readers will not see because they lagged. */
  missed = 0
  private readonly errors = new WeakSet<ChannelClosed>()
  /** Called in the step in which an item comes back. It runs nothing. */
  whenReturned: () => void = () => {}
  /** Called, once, in the step in which the last receiver goes. They run nothing. */
  readonly whenAbandoned = new Set<() => void>()

  /** In which hooks run that no fiber waits for. */
  private readonly context: Context.Context<never>

  constructor(
    name: string,
    state: ChannelState<A>,
    onUndelivered: ((item: A) => Effect.Effect<void>) | undefined,
    context: Context.Context<never>
  ) {
    this.name = name
    this.state = state
    this.onUndelivered = onUndelivered
    this.context = context
  }

  get resource(): OpenResource | undefined {
    return this.state.resource
  }

  /**
   * Takes an item in, now; what it gives tells the hook of the one that had to go for it, and has to run. Ask first
   * whether there is a receiver.
   */
  putOrDrop(item: A): Effect.Effect<void> {
    const dropped = this.state.putOrDrop(item)
    return dropped === nothing ? Effect.void : this.tell(dropped)
  }

  /** As `putOrDrop`, for callbacks that are no effects. */
  putOrDropUnsafe(item: A): void {
    const dropped = this.state.putOrDrop(item)
    if (dropped === nothing || this.onUndelivered === undefined) return
    Effect.runForkWith(this.context)(this.tellInCleanup(dropped), { uninterruptible: true })
  }

  closed(by: Side): ChannelClosed {
    const error = new ChannelClosed({ channel: this.name, by })
    this.errors.add(error)
    return error
  }

  /** Whether an error is about this very channel: names need not be unique. */
  isOwn(error: ChannelClosed): boolean {
    return this.errors.has(error)
  }

  /** Tells the hook of an item that nobody will have. */
  tell(item: A): Effect.Effect<void> {
    return this.onUndelivered === undefined ? Effect.void : this.onUndelivered(item)
  }

  /** As `tell`, in cleanup, where a hook that dies has no caller left. */
  tellInCleanup(item: A): Effect.Effect<void> {
    if (this.onUndelivered === undefined) return Effect.void
    return Effect.catchCause(
      Effect.suspend(() => this.tell(item)),
      (cause) =>
        Effect.withFiber((fiber) =>
          report({ task: askerOf(fiber), group: `channel "${this.name}"`, cause, kind: "defect" })
        )
    )
  }

  /** As `tell`, for several: every hook runs, and all their failures arrive together. */
  tellAll(items: ReadonlyArray<A>): Effect.Effect<void> {
    if (this.onUndelivered === undefined || items.length === 0) return Effect.void
    const reasons: Array<Cause.Reason<never>> = []
    const each = Effect.forEach(
      items,
      (item) =>
        Effect.map(Effect.exit(Effect.suspend(() => this.tell(item))), (exit) => {
          if (Exit.isFailure(exit)) reasons.push(...exit.cause.reasons)
        }),
      { discard: true }
    )
    return Effect.flatMap(each, () => (reasons.length > 0 ? Effect.failCause(Cause.fromReasons(reasons)) : Effect.void))
  }

  /** An item that left under `number` comes back from a receiver that did not get it. */
  takeBack(item: A, number: number, arrived: boolean): Effect.Effect<void> {
    if (this.state.putBack(item, number, arrived) === "undelivered") return this.tellInCleanup(item)
    this.whenReturned()
    return Effect.void
  }

  /** The item that left under `number`, on its way to a select. */
  underway(item: A, number: number): Handover {
    return new Underway(this, item, number)
  }
}

class Underway<A> implements Handover {
  private readonly pipe: Pipe<A, any>
  private readonly item: A
  private readonly number: number
  private arrived = false

  constructor(pipe: Pipe<A, any>, item: A, number: number) {
    this.pipe = pipe
    this.item = item
    this.number = number
  }

  received(): void {
    this.arrived = true
    this.pipe.state.arrived()
  }

  takeBack(): Effect.Effect<void> {
    return this.pipe.takeBack(this.item, this.number, this.arrived)
  }
}
