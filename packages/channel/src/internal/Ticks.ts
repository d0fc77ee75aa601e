/**
 * The ticks of a ticker, in a channel that holds one.
 *
 *   armed     a timer is set for the next tick.
 *   resting   a tick is there, and nobody has read it: no timer is set. When it is read, those that came due meanwhile
 *             were missed, and the next one after now is armed.
 *   stopped   for good.
 *
 * A tick is due at the start and a whole number of intervals, however late the one before it came.
 */
import { nowOn, timerOn, type InLine } from "@ferrule/runtime"
import type * as Clock from "effect/Clock"
import { Gate } from "./Gate.ts"
import type { Pipe } from "./Pipe.ts"

export class Ticks {
  private readonly pipe: Pipe<number, never>
  private readonly clock: Clock.Clock
  private readonly every: number
  private readonly start: number
  private readonly gate: Gate<number>
  /** Which tick is the next, or the last one that came. */
  private count = 0
  private disarm: () => void = () => {}

  constructor(pipe: Pipe<number, never>, clock: Clock.Clock, every: number, inLine: InLine) {
    this.pipe = pipe
    this.clock = clock
    this.every = every
    this.start = nowOn(clock)
    this.gate = new Gate(
      inLine,
      pipe.state,
      () => this.arm(),
      () => {}
    )
    pipe.whenAbandoned.add(() => this.disarm())
    this.arm()
  }

  /** Nothing comes any more; a tick that is there may still be read. */
  stop(): void {
    this.disarm()
    this.gate.withdraw()
    this.pipe.state.closeAllSenders()
  }

  private arm(): void {
    const last = this.count
    this.count = Math.max(last, Math.floor((nowOn(this.clock) - this.start) / this.every)) + 1
    this.pipe.missed += this.count - last - 1
    const due = this.start + this.count * this.every
    this.disarm = timerOn(this.clock, due, "sleep", () => this.tick(due))
  }

  private tick(due: number): void {
    const { state } = this.pipe
    // A tick may have come back from a receiver that was cancelled.
    if (state.canPut()) state.put(due)
    else this.pipe.missed++
    if (state.canPut()) this.arm()
    else this.gate.shut()
  }
}
