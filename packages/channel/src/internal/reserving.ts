/**
 * A permit: a place in a channel for an item that is not there yet.
 *
 *   held    the place counts as taken, and keeps the channel from ending.
 *   used    its item was sent.
 *   ended   its resource scope has closed. If it was not used, the first in line has got the place.
 */
import {
  type Figured,
  type Handover,
  inOneStep,
  type OpenResource,
  Place,
  retreat,
  tellFirst,
  type Waiter,
  waitHere
} from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type { ChannelClosed } from "../ChannelClosed.ts"
import type { Permit } from "../Permit.ts"
import { type Giver, nothing } from "./channelState.ts"
import { inMaskedStep } from "./inMaskedStep.ts"
import type { Pipe } from "./Pipe.ts"
import type { SenderHandle } from "./SenderHandle.ts"

/** What `sender.reserve` is. */
export const reserving = <A>(sender: SenderHandle<A, any>): Effect.Effect<Permit<A>, ChannelClosed, Scope.Scope> => {
  const { pipe } = sender
  const { state } = pipe
  const look: Effect.Effect<HeldPermit<A>, ChannelClosed> = Effect.withFiber((fiber) => {
    if (tellFirst(fiber)) return look
    const by = sender.closedBy
    if (by !== undefined) return Effect.fail(pipe.closed(by))
    return state.canPut() ? take : waitHere(fiber, standInLine, look, "room in", pipe)
  })
  const take: Effect.Effect<HeldPermit<A>, ChannelClosed> = inOneStep(
    (fiber) => {
      if (tellFirst(fiber) || sender.closedBy !== undefined || !state.canPut()) retreat()
      state.reserve()
      return new HeldPermit(pipe, fiber)
    },
    () => look
  )
  const standInLine = (waiter: Waiter<HeldPermit<A>, ChannelClosed>): (() => void) | undefined => {
    if (sender.closedBy !== undefined || state.canPut()) return undefined
    const place = new WaitingReserve(waiter, pipe)
    state.givers.add(place)
    return () => state.withdraw(place)
  }
  // Only the wait can be interrupted: a place that was set aside has its finalizer in the same step.
  return Effect.acquireRelease(look, (permit) => Effect.sync(() => permit.end()), { interruptible: true })
}

class HeldPermit<A> implements Permit<A>, Figured {
  private readonly pipe: Pipe<A, any>
  private state: "held" | "used" | "ended" = "held"
  private readonly resource: OpenResource | undefined

  /** It is the code's that runs, or waited, in `fiber`. */
  constructor(pipe: Pipe<A, any>, fiber: Fiber.Fiber<unknown, unknown>) {
    this.pipe = pipe
    this.resource = pipe.resource?.part(fiber, "channel permit", this)
  }

  get figures(): Readonly<Record<string, number | string>> {
    return {}
  }

  readonly commit = (item: A): Effect.Effect<void> => inMaskedStep(() => this.commitNow(item))

  private commitNow(item: A): Effect.Effect<void> {
    const { pipe, state } = this
    if (state !== "held") {
      const why = state === "used" ? "it was used before" : "its resource scope has closed"
      throw new Error(`this permit of channel "${pipe.name}" is not valid: ${why}. Reserve another one for each item.`)
    }
    this.state = "used"
    this.resource?.close()
    return pipe.state.commit(item) === "kept" ? Effect.void : pipe.tell(item)
  }

  /** The place is given back, unless the permit was used. */
  end(): void {
    this.resource?.close()
    if (this.state === "held") this.pipe.state.giveBack()
    this.state = "ended"
  }
}

class WaitingReserve<A> extends Place implements Giver<A> {
  readonly item: typeof nothing = nothing
  readonly begun = true
  // Sound: it is only told what a reserve is told.
  declare readonly waiter: Waiter<HeldPermit<A>, ChannelClosed>
  private readonly pipe: Pipe<A, any>

  constructor(waiter: Waiter<HeldPermit<A>, ChannelClosed>, pipe: Pipe<A, any>) {
    super(waiter)
    this.pipe = pipe
  }

  accepted(): void {
    const permit = new HeldPermit(this.pipe, this.waiter.fiber)
    this.waiter.give(permit, new Underway(permit))
  }

  refused(): void {
    this.waiter.end(Exit.fail(this.pipe.closed("receiver")))
  }
}

/** A permit on its way to who waited for it. */
class Underway implements Handover {
  private readonly permit: HeldPermit<any>

  constructor(permit: HeldPermit<any>) {
    this.permit = permit
  }

  received(): void {}

  takeBack(): Effect.Effect<void> {
    return Effect.sync(() => this.permit.end())
  }
}
