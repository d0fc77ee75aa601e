import type * as Clock from "effect/Clock"
import type { CancelNode } from "./CancelNode.ts"
import { nowOn, timerOn } from "./time.ts"

/**
 * Lets go of what was cancelled and has not ended in time. All get the same time, so the first in line is the first that
 * is due, and one timer is enough.
 *
 * Invariant: a timer is armed, for the first in line or earlier, whenever somebody is in line.
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
    if (this.disarm !== undefined) return
    for (const [, due] of this.line) {
      this.disarm = timerOn(clock, due, "deadline", () => this.fire(clock))
      return
    }
  }

  private fire(clock: Clock.Clock): void {
    this.disarm = undefined
    const now = nowOn(clock)
    for (const [node, due] of this.line) {
      if (due > now) break
      this.line.delete(node)
      this.letGo(node)
    }
    this.arm(clock)
  }
}
