import {
  clockOf,
  type Failure,
  failuresIn,
  failWith,
  interruptedBy,
  nowOn,
  pathOf,
  Region,
  runRegion,
  taskNameOf
} from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { DeadlineExceeded } from "../DeadlineExceeded.ts"

/**
 * A region that a deadline ends.
 */
export class DeadlineRegion<A, E> extends Region<A, E> {
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

/** What an expired region ends with. It gets what failed while the body was cleaning up, in time order. */
export type OnExpired<E, B, E2> = (
  exceeded: DeadlineExceeded,
  cleanup: ReadonlyArray<Failure<E>>,
  scope: string
) => Effect.Effect<B, E2>

/** Fails with `DeadlineExceeded`; what the cleanup failed with comes after it. */
export const failExceeded = <E>(
  exceeded: DeadlineExceeded,
  cleanup: ReadonlyArray<Failure<E>>,
  scope: string
): Effect.Effect<never, E | DeadlineExceeded> =>
  failWith<E | DeadlineExceeded>([...failuresIn(Cause.fail(exceeded), scope), ...cleanup], scope)

/**
 * Runs `body` as the code of `region`. A body that ends in time ends it; one that had to be cancelled ends it with
 * `onExpired`.
 */
export const runDeadlineRegion = <A, E, R, B, E2>(
  region: DeadlineRegion<A, E>,
  body: Effect.Effect<A, E, R>,
  onSuccess: (value: A) => B,
  onExpired: OnExpired<E, B, E | E2>
): Effect.Effect<B, E | E2, R> =>
  runRegion(region, body, (exit): Effect.Effect<B, E | E2> => {
    if (Exit.isSuccess(exit)) return Effect.succeed(onSuccess(exit.value))
    const task = taskNameOf(region)
    const failed = failuresIn(exit.cause, task)
    if (region.expired) return onExpired(region.exceeded(nowOn(region.clock!)), failed, task)
    if (failed.length > 0) return failWith(failed, region.name)
    return interruptedBy(region, exit.cause)
  })

/** Runs `self` until the deadline that `at` gives at entry. */
export const runUntil = <A, E, R, B, E2>(
  self: Effect.Effect<A, E, R>,
  at: (now: number) => number,
  label: string | undefined,
  onSuccess: (value: A) => B,
  onExpired: OnExpired<E, B, E | E2>
): Effect.Effect<B, E | E2, R> =>
  Effect.withFiber((fiber) => {
    const now = nowOn(clockOf(fiber))
    return runDeadlineRegion(new DeadlineRegion<A, E>(label, now, at(now)), self, onSuccess, onExpired)
  })
