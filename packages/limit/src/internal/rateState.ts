/**
 * When things may start that have a rate: GCRA, which is a token bucket that is never filled. A bucket of `burst` tokens
 * gets one every `interval`; a start takes one. It is enough to know when the bucket will be full again.
 *
 * `now` is what the caller read from its clock. No Effect, no clock, no timer.
 *
 * Invariant: at an instant t the bucket lacks `max(0, spent - (t - since) / interval)` tokens, never more than `burst` but
 * for those that are given back.
 * Invariant: `since` stands still while starts follow upon each other, so that no rounding adds up.
 */
export class RateState {
  private readonly per: number
  private readonly burst: number
  private interval: number
  private since = -Infinity
  private spent = 0

  /** `times` per `per` milliseconds, and `burst` at once. */
  constructor(per: number, times: number, burst: number) {
    this.per = per
    this.burst = burst
    this.interval = per / times
  }

  /** When the next one may start: now, if that has passed; Infinity if nobody may. */
  get nextAt(): number {
    if (this.interval === Infinity) return Infinity
    const missing = this.spent + 1 - this.burst
    return missing <= 0 ? -Infinity : this.since + missing * this.interval
  }

  /** One starts. Ask `nextAt` first. `waited` says that it stood in line for it. */
  start(now: number, waited: boolean): void {
    const late = now - (this.since + this.spent * this.interval)
    // Late for a start that was waited for: the next one is not delayed by it, and the beat goes on. Whole intervals that
    // were missed are over, or there would be more than a burst at once.
    if (late < 0 || (waited && late < this.interval)) this.spent++
    else {
      // No number where nobody started before, or where there is no interval: then it begins now.
      this.since = now - (waited ? late % this.interval || 0 : 0)
      this.spent = 1
    }
  }

  /** One that started has not: another may. */
  giveBack(): void {
    this.spent--
  }

  /** How many starts count at `now`. */
  borrowed(now: number): number {
    // Clocks count whole nanoseconds: what is a trifle above a number is that number.
    return Math.max(0, Math.ceil(this.owed(now) - 1e-6))
  }

  /** From now on `times` per time. What is owed is paid back at the new rate. */
  resize(now: number, times: number): void {
    this.spent = this.owed(now)
    this.since = now
    this.interval = this.per / times
  }

  private owed(now: number): number {
    if (this.interval === 0) return 0
    return Math.max(0, this.interval === Infinity ? this.spent : this.spent - (now - this.since) / this.interval)
  }
}
