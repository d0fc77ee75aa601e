/**
 *   idle      nobody is in line, and no timer is armed.
 *   running   somebody is: nodes that were marked and have not ended, in the order in which they are due.
 *
 *   idle → running   `began`.
 *   running → idle   the last in line has ended or was let go.
 *
 * Invariant: whenever somebody is in line a timer is armed, for the first or earlier, or `letting` is true.
 */
import type * as Clock from "effect/Clock"
import type { CancelNode } from "./CancelNode.ts"
import { nowOn, timerOn } from "./time.ts"

/**
 * Lets go of what was cancelled and has not ended in time. All get the same time, so the first in line is the first that
 * is due, and one timer is enough.
 *
 * @category building
 * @since 0.1.0
 */
export class CleanupLimit<N extends CancelNode> {
  /** How long cleanup may take. */
  readonly millis: number
  private readonly letGo: (node: N) => void
  private readonly line = new Map<N, number>()
  private disarm: (() => void) | undefined = undefined
  /** Some are being let go; the timer is set when no more are due. */
  private letting = false

  constructor(millis: number, letGo: (node: N) => void) {
    this.millis = millis
    this.letGo = letGo
  }

  /** The node was marked: its time runs. */
  began(node: N, clock: Clock.Clock): void {
    if (this.millis === Infinity) return
    this.line.set(node, nowOn(clock) + this.millis)
    this.arm(clock)
  }

  /** The node has ended. */
  ended(node: N): void {
    if (!this.line.delete(node) || this.line.size > 0) return
    this.disarm?.()
    this.disarm = undefined
  }

  private arm(clock: Clock.Clock): void {
    if (this.disarm !== undefined || this.letting) return
    for (const [, due] of this.line) {
      this.disarm = timerOn(clock, due, "deadline", () => this.fire(clock))
      return
    }
  }

  /** One at a time, behind what that wakes: the end of one may be what another has waited for. */
  private fire(clock: Clock.Clock): void {
    this.disarm = undefined
    this.letting = false
    for (const [node, due] of this.line) {
      if (due > nowOn(clock)) return this.arm(clock)
      this.letting = true
      this.line.delete(node)
      const queue = node.queue!
      this.letGo(node)
      return queue.enqueue({ wake: () => this.fire(clock) })
    }
  }
}
