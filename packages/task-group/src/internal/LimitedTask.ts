import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { endLate, reportLate } from "./endLate.ts"
import type { Laggards } from "./Laggards.ts"
import { exitThatCounts } from "./exitThatCounts.ts"
import { TaskNode } from "./TaskNode.ts"

/**
 * A task of a group with a `cleanupTimeout`. From a state before its end it may come to
 *
 *   let go   it counts as ended, though its code goes on or its resources are being released. When that is over what
 *            failed meanwhile goes to the failure hook, and nothing else happens.
 */
export class LimitedTask extends TaskNode {
  readonly startedAt: number
  private readonly laggards: Laggards
  /** How its own code has ended. */
  private ownExit: Exit.Exit<unknown, unknown> | undefined = undefined
  private context: Context.Context<Scope.Scope> | undefined = undefined

  constructor(id: number, name: string | undefined, daemon: boolean, laggards: Laggards, now: number) {
    super(id, name, daemon)
    this.laggards = laggards
    this.startedAt = now
  }

  override onMarked(): void {
    this.laggards.began(this, this.owner.clock!)
  }

  /** Ends in this step though its code goes on, which was told to stop: what is left of it is awaited no more. */
  letGo(): void {
    this.deliver()
    // It may have ended of that.
    if (this.exit !== undefined) return
    this.laggards.report(this, this.owner.now())
    const { context } = this
    this.finish(this.ownExit === undefined ? Exit.interrupt() : exitThatCounts(this, this.ownExit))
    this.context = context
  }

  override end(exit: Exit.Exit<unknown, unknown>, context: Context.Context<Scope.Scope>): void {
    this.ownExit = exit
    this.context = context
    if (this.exit === undefined) return super.end(exit, context)
    // Sound: `start` put it there.
    const resources = Context.get(context, Scope.Scope) as Scope.Closeable
    this.runLate(endLate(this, this.owner.name, exit, resources))
  }

  protected override finish(exit: Exit.Exit<unknown, unknown>): void {
    if (this.exit !== undefined) return this.runLate(reportLate(this, this.owner.name, this.cleanup ?? Cause.empty))
    // Before its end, which may be the group's: then no timer is left.
    this.laggards.ended(this)
    super.finish(exit)
    this.context = undefined
    this.ownExit = undefined
  }

  /** Cleanup that nobody awaits. */
  private runLate(rest: Effect.Effect<void>): void {
    Effect.runForkWith(this.context!)(rest, { uninterruptible: true })
  }
}
