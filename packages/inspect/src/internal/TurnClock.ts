import { isRealClock, nowOn } from "@ferrule/runtime"
import type * as Clock from "effect/Clock"

/** Events that may have the same time: a look at the clock costs more than all else that is done for one. */
const most = 32

/**
 * The time of what happens, in milliseconds on the monotonic clock. The real clock is read once for what happens in one
 * go, and for at most so many events; any other is read each time.
 */
export class TurnClock {
  readonly clock: Clock.Clock
  private readonly real: boolean
  private at = 0
  private left = 0

  constructor(clock: Clock.Clock) {
    this.clock = clock
    this.real = isRealClock(clock)
  }

  now(): number {
    if (this.left === 0) return this.read()
    this.left--
    return this.at
  }

  private read(): number {
    this.at = nowOn(this.clock)
    if (this.real) {
      this.left = most - 1
      queueMicrotask(this.turn)
    }
    return this.at
  }

  private readonly turn = (): void => {
    this.left = 0
  }
}
