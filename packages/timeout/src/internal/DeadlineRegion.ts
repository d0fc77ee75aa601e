/**
 * Regions that a deadline ends.
 *
 *   running    the deadline is ahead. It may be moved.
 *   expired    its own deadline was the first cancel that reached it: it ends with what `OnExpired` makes of it.
 *   cancelled  another cancel came first. A deadline that passes now changes nothing.
 */
import {
  type CancelNode,
  clockOf,
  failAs,
  type Failure,
  failuresIn,
  failWith,
  instantOf,
  interruptedBy,
  millisOf,
  nowOn,
  Region,
  report,
  type Restore,
  runRegionMasked,
  taskNameOf
} from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { DeadlineExceeded } from "../DeadlineExceeded.ts"
import { withoutStack } from "./withoutStack.ts"

export class DeadlineRegion<A, E> extends Region<A, E> {
  readonly label: string | undefined
  override readonly startedAt: number
  /** What it ends with: given here, and not by a function for each region, which would live as long as it does. */
  onSuccess: ((value: A) => unknown) | undefined = undefined
  onExpired: OnExpired<any, any, any> | undefined = undefined

  constructor(label: string | undefined, startedAt: number, deadline: number) {
    super(label ?? "timeout")
    this.label = label
    this.startedAt = startedAt
    this.deadlineAt = deadline
  }

  override get kind() {
    return "timeout" as const
  }

  /** Our own deadline ended it, and no outer cancel came first: then nobody sees what it ends with. */
  get expired(): boolean {
    return this.requested?.reason._tag === "DeadlinePassed" && this.trace === this.requested
  }

  /** Asked only of a region that is `expired`. */
  exceeded(now: number): DeadlineExceeded {
    const { label, requested } = this
    // Sound: it has expired.
    const { deadline } = requested!.reason as { readonly deadline: number }
    const elapsed = Duration.millis(now - this.startedAt)
    const scope = requested!.path.join("/")
    return withoutStack(() => new DeadlineExceeded({ deadline, elapsed, scope, label }))
  }
}

/** The failures of a cause as those of the node's task. */
export const failuresOf = <E>(node: CancelNode, cause: Cause.Cause<E>): ReadonlyArray<Failure<E>> =>
  // Look for the name only when there is something to name: it is as far away as the tree is deep.
  Cause.hasInterruptsOnly(cause) ? [] : failuresIn(cause, taskNameOf(node))

/** What an expired region ends with. It gets what failed while the body was cleaning up, in time order. */
export type OnExpired<E, B, E2> = (
  exceeded: DeadlineExceeded,
  cleanup: ReadonlyArray<Failure<E>>,
  region: DeadlineRegion<any, any>
) => Effect.Effect<B, E2>

/** Fails with `late`, an expired region's own error; what the cleanup failed with comes after it. */
export const failLate = <E, E2>(
  late: Cause.Cause<E2>,
  cleanup: ReadonlyArray<Failure<E>>,
  region: DeadlineRegion<any, any>
): Effect.Effect<never, E | E2> => failWith<E | E2>([...failuresOf(region, late), ...cleanup], region.name)

/** Fails with `DeadlineExceeded`. */
export const failExceeded = <E>(
  exceeded: DeadlineExceeded,
  cleanup: ReadonlyArray<Failure<E>>,
  region: DeadlineRegion<any, any>
): Effect.Effect<never, E | DeadlineExceeded> =>
  // Most often nothing else fails, and there is nothing to sort; and in a task it will have the task's name anyway.
  cleanup.length > 0
    ? failLate(Cause.fail(exceeded), cleanup, region)
    : region.home === undefined
      ? failAs(exceeded, region.name)
      : Effect.fail(exceeded)

/**
 * An outer cancel came while the expired body was cleaning up: no handler will see the error, and Effect drops it where
 * it passes one. So it goes to the failure hook. Defects stay.
 */
const unseen = <B, E>(ended: Effect.Effect<B, E>, region: DeadlineRegion<any, any>): Effect.Effect<B, E> =>
  Effect.catchCause(ended, (cause) =>
    cause.reasons.some(Cause.isFailReason)
      ? Effect.andThen(
          report({ task: taskNameOf(region), group: region.name, cause, trace: region.requested!, kind: "failure" }),
          Effect.failCause(Cause.interrupt())
        )
      : Effect.failCause(cause)
  )

/**
 * Runs `body` as the code of `region`, where interruption is masked. A body that ends in time ends it; one that had to
 * be cancelled ends it with `onExpired`.
 */
export const runDeadlineRegion = <A, E, R, B, E2>(
  restore: Restore,
  region: DeadlineRegion<A, E>,
  body: Effect.Effect<A, E, R>,
  onSuccess: (value: A) => B,
  onExpired: OnExpired<E, B, E | E2>
): Effect.Effect<B, E | E2, R> => {
  region.onSuccess = onSuccess
  region.onExpired = onExpired
  return runRegionMasked(restore, region, body, finish)
}

const finish = (
  exit: Exit.Exit<any, any>,
  interrupted: boolean,
  region: DeadlineRegion<any, any>
): Effect.Effect<any, any> => {
  if (Exit.isSuccess(exit)) return Effect.succeed(region.onSuccess!(exit.value))
  const failed = failuresOf(region, exit.cause)
  if (region.expired) {
    const ended = region.onExpired!(region.exceeded(nowOn(region.clock!)), failed, region)
    return interrupted ? unseen(ended, region) : ended
  }
  if (failed.length > 0) return failWith(failed, region.name)
  return interruptedBy(region, exit.cause)
}

/**
 * Runs `self` until the deadline that is `duration` away now. `argument` is what an error calls it.
 *
 * Where interruption is masked at once, for the look at the clock and for the region: a mask costs as much as either.
 */
export const runFor = <A, E, R, B, E2>(
  self: Effect.Effect<A, E, R>,
  duration: Duration.Input,
  argument: string,
  label: string | undefined,
  onSuccess: (value: A) => B,
  onExpired: OnExpired<E, B, E | E2>
): Effect.Effect<B, E | E2, R> =>
  Effect.uninterruptibleMask((restore) => {
    const millis = millisOf(duration, argument)
    const clock = clockOf(Fiber.getCurrent()!)
    const now = nowOn(clock)
    const region = new DeadlineRegion<A, E>(label, now, now + millis)
    region.clock = clock
    return runDeadlineRegion(restore, region, self, onSuccess, onExpired)
  })

/** Runs `self` until `at`. */
export const runUntil = <A, E, R, B, E2>(
  self: Effect.Effect<A, E, R>,
  at: number,
  argument: string,
  label: string | undefined,
  onSuccess: (value: A) => B,
  onExpired: OnExpired<E, B, E | E2>
): Effect.Effect<B, E | E2, R> =>
  Effect.uninterruptibleMask((restore) => {
    const instant = instantOf(at, argument)
    const now = nowOn(clockOf(Fiber.getCurrent()!))
    return runDeadlineRegion(restore, new DeadlineRegion<A, E>(label, now, instant), self, onSuccess, onExpired)
  })

export const same = <A>(value: A): A => value
