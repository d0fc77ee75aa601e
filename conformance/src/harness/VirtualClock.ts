import { type Clock, Duration, Effect } from "effect"

/** A sleeper is woken before any deadline of its instant, so that a result of that instant beats a deadline of it. */
export type TimerKind = "sleep" | "deadline"

/** The key under which Ferrule's kernel looks for a clock that takes timers of both kinds. */
export const timerClockKey = "~ferrule/runtime/TimerClock"

export interface TimerClock {
  /** Calls `fire` when the monotonic clock shows `at` milliseconds; gives the function that takes the timer back. */
  timer(at: number, kind: TimerKind, fire: () => void): () => void
}

interface Timer {
  readonly fire: () => void
  armed: boolean
}

interface Instant {
  readonly sleepers: Set<Timer>
  readonly deadlines: Set<Timer>
}

const nanosPerMilli = 1_000_000

/**
 * A clock that stands still until it is told to jump. It starts at 0 and shows the same time as wall clock and as
 * monotonic clock.
 *
 * Invariant: every instant kept holds at least one armed timer.
 */
export class VirtualClock implements Clock.Clock {
  #now = 0
  readonly #instants = new Map<number, Instant>()
  readonly [timerClockKey]: TimerClock = { timer: (at, kind, fire) => this.timer(at, kind, fire) }

  readonly currentTimeMillis = Effect.sync(() => this.currentTimeMillisUnsafe())
  readonly currentTimeNanos = Effect.sync(() => this.currentTimeNanosUnsafe())
  readonly monotonicTimeNanos = Effect.sync(() => this.monotonicTimeNanosUnsafe())

  currentTimeMillisUnsafe(): number {
    return this.#now
  }

  currentTimeNanosUnsafe(): bigint {
    return this.monotonicTimeNanosUnsafe()
  }

  monotonicTimeNanosUnsafe(): bigint {
    const whole = Math.trunc(this.#now)
    // Whole milliseconds go through bigint: as a number of nanoseconds, ten years are beyond the safe integers.
    return BigInt(whole) * BigInt(nanosPerMilli) + BigInt(Math.round((this.#now - whole) * nanosPerMilli))
  }

  sleep(duration: Duration.Duration): Effect.Effect<void> {
    const millis = Duration.toMillis(duration)
    if (!(millis > 0)) return Effect.yieldNow
    if (millis === Infinity) return Effect.never
    return Effect.callback((resume) => {
      const takeBack = this.timer(this.#now + millis, "sleep", () => resume(Effect.void))
      return Effect.sync(takeBack)
    })
  }

  timer(at: number, kind: TimerKind, fire: () => void): () => void {
    const instant = this.#instants.get(at) ?? { sleepers: new Set(), deadlines: new Set() }
    this.#instants.set(at, instant)
    const timer: Timer = { fire, armed: true }
    const timers = kind === "sleep" ? instant.sleepers : instant.deadlines
    timers.add(timer)
    return () => {
      timer.armed = false
      timers.delete(timer)
      this.#forgetIfEmpty(at)
    }
  }

  /** How many timers wait, of both kinds. */
  get armed(): number {
    let count = 0
    for (const { sleepers, deadlines } of this.#instants.values()) count += sleepers.size + deadlines.size
    return count
  }

  /** Moves on to the earliest timer, unless one is due already. False when no timer is armed. */
  jump(): boolean {
    if (this.#instants.size === 0) return false
    let next = Infinity
    for (const at of this.#instants.keys()) if (at < next) next = at
    if (next > this.#now) this.#now = next
    return true
  }

  /**
   * Takes what is due next: all sleepers of the earliest due instant, or, when it has none, all its deadlines, in the
   * order they were registered. Each is a function that does nothing if its timer was taken back meanwhile.
   */
  takeDue(): { readonly kind: TimerKind; readonly fires: ReadonlyArray<() => void> } | undefined {
    let due = Infinity
    for (const at of this.#instants.keys()) if (at <= this.#now && at < due) due = at
    const instant = this.#instants.get(due)
    if (instant === undefined) return undefined
    const kind = instant.sleepers.size > 0 ? "sleep" : "deadline"
    const timers = kind === "sleep" ? instant.sleepers : instant.deadlines
    const fires = Array.from(timers, (timer) => () => {
      if (timer.armed) {
        timer.armed = false
        timer.fire()
      }
    })
    timers.clear()
    this.#forgetIfEmpty(due)
    return { kind, fires }
  }

  #forgetIfEmpty(at: number): void {
    const instant = this.#instants.get(at)
    if (instant !== undefined && instant.sleepers.size + instant.deadlines.size === 0) this.#instants.delete(at)
  }
}
