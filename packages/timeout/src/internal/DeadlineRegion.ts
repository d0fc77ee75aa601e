import {
  clockOf,
  type Failure,
  failuresIn,
  failWith,
  interruptedBy,
  nowOn,
  pathOf,
  Region,

  runRegion
} from "@ferrule/runtime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { DeadlineExceeded } from "../DeadlineExceeded.ts"

/**
 * A region that a deadline ends.
 */
class DeadlineRegion<A, E> extends Region<A, E> {
  readonly label: string | undefined
  readonly startedAt: number

  constructor(label: string | undefined, startedAt: number, deadline: number) {
    super(label ?? "timeout")
    this.label = label
    this.startedAt = startedAt
    this.deadlineAt = deadline
  }

  /** Our own deadline ended it, and no outer cancel came first: then nobody sees what it ends with. */
  get expired(): boolean {
    return this.requested?.reason._tag === "DeadlinePassed" && this.trace === this.requested
  }

  exceeded(now: number): DeadlineExceeded {
    const reason = this.requested?.reason
    return new DeadlineExceeded({
      deadline: reason?._tag === "DeadlinePassed" ? reason.deadline : now,
      elapsed: Duration.millis(now - this.startedAt),
      scope: pathOf(this).join("/"),
      ...(this.label === undefined ? undefined : { label: this.label })
    })
  }
}

/**
 * Runs `self` until the deadline that `at` gives at entry. A body that ends in time ends it; one that had to be
 * cancelled ends it with `onExpired`, which gets what failed while it was cleaning up, in time order.
 */
export const runUntil = <A, E, R, B, E2>(
  self: Effect.Effect<A, E, R>,
  at: (now: number) => number,
  label: string | undefined,
  onSuccess: (value: A) => B,
  onExpired: (
    exceeded: DeadlineExceeded,
    cleanup: ReadonlyArray<Failure<E>>,
    scope: string
  ) => Effect.Effect<B, E | E2>
): Effect.Effect<B, E | E2, R> =>
  Effect.withFiber((fiber) => {
    const clock = clockOf(fiber)
    const now = nowOn(clock)
    const region = new DeadlineRegion<A, E>(label, now, at(now))
    return runRegion(region, self, (exit): Effect.Effect<B, E | E2> => {
      if (Exit.isSuccess(exit)) return Effect.succeed(onSuccess(exit.value))
      const failed = failuresIn(exit.cause, region.name)
      if (region.expired) return onExpired(region.exceeded(nowOn(clock)), failed, region.name)
      if (failed.length > 0) return failWith(failed, region.name)
      return interruptedBy(region, exit.cause)
    })
  })

