/**
 * What a group with a `cleanupTimeout` leaves behind: tasks, and the body, that were cancelled and have not ended in
 * time. Each is reported when it is let go, and the group waits for the reports before it returns.
 */
import { type CancelNode, CleanupLimit, leftBehind, report } from "@ferrule/runtime"
import type * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/** A task, or the group for its body. */
export interface Limited extends CancelNode {
  readonly startedAt: number | undefined
  letGo(): void
}

export class Laggards {
  private readonly group: string
  private readonly limit: CleanupLimit<Limited>
  private readonly context: Context.Context<never>
  private readonly reports = new Set<Fiber.Fiber<void>>()

  /** `context` has the failure hook that is told. */
  constructor(group: string, millis: number, context: Context.Context<never>) {
    this.group = group
    this.limit = new CleanupLimit(millis, (node) => node.letGo())
    this.context = context
  }

  began(node: Limited, clock: Clock.Clock): void {
    this.limit.began(node, clock)
  }

  ended(node: Limited): void {
    this.limit.ended(node)
  }

  /** The node is left behind, at this time of its clock. */
  report(node: Limited, now: number): void {
    const entry = leftBehind(node, this.group, now - (node.startedAt ?? now), this.limit.millis)
    const fiber = Effect.runForkWith(this.context)(report(entry))
    this.reports.add(fiber)
    fiber.addObserver(() => this.reports.delete(fiber))
  }

  /** Until the failure hook has been told of all so far. */
  get told(): Effect.Effect<unknown> {
    return this.reports.size === 0 ? Effect.void : Fiber.awaitAll(this.reports)
  }
}
