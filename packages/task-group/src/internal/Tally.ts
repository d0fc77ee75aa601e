/**
 *   counting   the joiner is asked about every end, and when the body has ended, about how many are left.
 *   decided    it has said "stop", and is asked no more. What ends now was cut off.
 *
 * Invariant: `left` counts the tasks that were joined and have not ended.
 */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import type { Joining } from "../Joiners.ts"
import type { GroupRegion } from "./GroupRegion.ts"
import type { Claim, TaskNode } from "./TaskNode.ts"

/** Asks a joiner about each of its tasks that ends, and ends the group when it says so. */
export class Tally implements Claim {
  readonly open = false
  private readonly joining: Joining<unknown, unknown>
  private readonly group: GroupRegion
  private left = 0
  private bodyEnded = false
  private decided = false

  constructor(joining: Joining<unknown, unknown>, group: GroupRegion) {
    this.joining = joining
    this.group = group
  }

  joined(): void {
    this.left++
  }

  endOfBody(): void {
    this.bodyEnded = true
    this.askLeft()
  }

  ended(task: TaskNode, exit: Exit.Exit<unknown, unknown>): boolean {
    this.left--
    const taken = this.takes(exit)
    const late = this.decided && taken && this.joining.expectsErrors !== true
    if (late && Exit.isFailure(exit)) this.group.keepLate(task, exit.cause)
    // What is cut off by the decision, or fails the group, is not the joiner's any more.
    if (!this.decided && (taken || Exit.isSuccess(exit)) && this.joining.onExit(task, exit) === "stop") this.decide()
    this.askLeft()
    return taken
  }

  private takes(exit: Exit.Exit<unknown, unknown>): boolean {
    if (Exit.isSuccess(exit)) return false
    if (Cause.hasInterruptsOnly(exit.cause)) return true
    // The cleanup of what was cut off must not die unheard.
    if (Cause.hasDies(exit.cause) && this.decided) return false
    if (this.joining.takes === "errors") return !Cause.hasDies(exit.cause)
    return this.joining.takes === "all"
  }

  private askLeft(): void {
    if (!this.bodyEnded || this.decided || this.joining.onLeft?.(this.left) !== "stop") return
    this.decide()
  }

  private decide(): void {
    this.decided = true
    this.group.decide()
  }
}
