import {
  askerOf,
  cancelNode,
  clockOf,
  failuresIn,
  failWith,
  interruptedBy,
  nowOn,
  Region,
  runRegion,
  traceOf
} from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { ChannelClosed } from "../ChannelClosed.ts"
import { isChannelClosed } from "./isChannelClosed.ts"
import type { SenderHandle } from "./SenderHandle.ts"

/** The region in which the body of `sender.use` runs: it is cancelled when every receiver is gone. */
class Ownership<A, E> extends Region<A, E> {
  private readonly handle: SenderHandle<any, any>
  private readonly onAbandoned: () => void

  constructor(handle: SenderHandle<any, any>, name: string, ownClock: Clock.Clock) {
    super(name)
    this.handle = handle
    const message = `every receiver of channel "${handle.pipe.name}" is gone`
    this.onAbandoned = () =>
      cancelNode(this, traceOf(this, { _tag: "Requested", message }, nowOn(ownClock), undefined), true)
  }

  override get kind() {
    return "sender" as const
  }

  listen(): void {
    this.handle.pipe.whenAbandoned.add(this.onAbandoned)
  }

  override onEnded(): void {
    this.handle.pipe.whenAbandoned.delete(this.onAbandoned)
  }
}

/**
 * Runs the body of `sender.use`, or of the `producer` of that name. Its handle is closed at a normal end only: that is
 * success, and the end that comes because every receiver is gone.
 */
export const runAsOwner = <A, E, R>(
  handle: SenderHandle<any, any>,
  body: () => Effect.Effect<A, E, R>,
  producer?: string
): Effect.Effect<void, Exclude<E, ChannelClosed>, R> =>
  Effect.withFiber((fiber) => {
    const region = new Ownership<unknown, E>(handle, producer ?? `sender of "${handle.pipe.name}"`, clockOf(fiber))
    const watched = Effect.suspend((): Effect.Effect<unknown, E, R> => {
      if (handle.pipe.state.receivers === 0) return Effect.void
      region.listen()
      return body()
    })
    return runRegion(region, watched, (exit) => finish(handle, region, exit, producer ?? askerOf(fiber)))
  })

/** `owner` is the task or scope that has the handle: what fails in the body is its failure. */
const finish = <E>(
  handle: SenderHandle<any, any>,
  region: Ownership<unknown, E>,
  exit: Exit.Exit<unknown, E>,
  owner: string
): Effect.Effect<void, Exclude<E, ChannelClosed>> => {
  const closed = Effect.sync(() => handle.closeNow())
  if (Exit.isSuccess(exit)) return closed
  // Sound: `normally` and `defectOfOtherClose` leave no ChannelClosed among the typed errors.
  const failed = failuresIn(exit.cause, owner)
    .filter(({ reason }) => !normally(handle, reason))
    .map(({ task, reason }) => ({
      task,
      reason: defectOfOtherClose(reason) as Cause.Reason<Exclude<E, ChannelClosed>>
    }))
  if (failed.length > 0) return failWith(failed, region.name)
  const endedByReceivers =
    region.requested !== undefined || exit.cause.reasons.some((reason) => normally(handle, reason))
  return endedByReceivers ? closed : interruptedBy(region, exit.cause)
}

const normally = (handle: SenderHandle<any, any>, reason: Cause.Reason<unknown>): boolean =>
  Cause.isFailReason(reason) &&
  isChannelClosed(reason.error) &&
  reason.error.by === "receiver" &&
  handle.pipe.isOwn(reason.error)

/**
 * To send on a handle that one has closed oneself is misuse inside `use`, whose type says that it cannot happen. And the
 * end of another channel is no reason to show the receivers of this one a clean end.
 */
const defectOfOtherClose = <E>(reason: Cause.Reason<E>): Cause.Reason<E> =>
  Cause.isFailReason(reason) && isChannelClosed(reason.error) ? Cause.makeDieReason(reason.error) : reason
