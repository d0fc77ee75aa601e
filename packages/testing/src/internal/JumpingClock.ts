import type { TimerClock } from "@ferrule/runtime"
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { type Timer, type TimerKind, TimerTable } from "./timerTable.ts"

/** What `VirtualClock`'s operations find on the clock of a program that it runs. */
export interface Driven {
  readonly untilQuiet: Effect.Effect<void>
  readonly timers: number
  /** Time stands still until what it gives is called. */
  hold(): () => void
}

export const drivenKey = "~ferrule/testing/0.1/Driven"

/** By key, not by class: a second installed copy of this package must find its clock, too. */
export const drivenBy = (clock: Clock.Clock): Driven | undefined =>
  drivenKey in clock ? (clock[drivenKey] as Driven) : undefined

const nanosPerMilli = 1_000_000

/**
 * A clock that stands still until it is told to jump. Its monotonic time starts at 0, its wall clock at `start`; they
 * move together.
 */
export class JumpingClock implements TimerClock {
  readonly #start: number
  readonly #table = new TimerTable()
  #elapsed = 0
  readonly "~ferrule/runtime/TimerClock" = {
    timer: (at: number, kind: TimerKind, fire: () => void) => this.timer(at, kind, fire)
  }
  readonly [drivenKey]: Driven

  constructor(start: number, untilQuiet: Effect.Effect<void>, hold: () => () => void) {
    this.#start = start
    const armed = () => this.armed
    this[drivenKey] = {
      untilQuiet,
      hold,
      get timers() {
        return armed()
      }
    }
  }

  readonly currentTimeMillis: Effect.Effect<number> = Effect.sync(() => this.currentTimeMillisUnsafe())
  readonly currentTimeNanos: Effect.Effect<bigint> = Effect.sync(() => this.currentTimeNanosUnsafe())
  readonly monotonicTimeNanos: Effect.Effect<bigint> = Effect.sync(() => this.monotonicTimeNanosUnsafe())

  currentTimeMillisUnsafe(): number {
    return this.#start + this.#elapsed
  }

  currentTimeNanosUnsafe(): bigint {
    return nanosOf(this.#start + this.#elapsed)
  }

  monotonicTimeNanosUnsafe(): bigint {
    return nanosOf(this.#elapsed)
  }

  /** Milliseconds since the start. */
  get elapsed(): number {
    return this.#elapsed
  }

  sleep(duration: Duration.Duration): Effect.Effect<void> {
    const millis = Duration.toMillis(duration)
    if (!(millis > 0)) return Effect.yieldNow
    if (millis === Infinity) return Effect.never
    return Effect.callback((resume) =>
      Effect.sync(this.timer(this.#elapsed + millis, "sleep", () => resume(Effect.void)))
    )
  }

  /** `at` counts from the start of the run, as monotonic time does. */
  timer(at: number, kind: TimerKind, fire: () => void): () => void {
    if (at === Infinity) return () => {}
    const timer = this.#table.add(at, kind, fire)
    return () => this.#table.remove(timer)
  }

  /** How many timers are armed, of both kinds. */
  get armed(): number {
    return this.#table.armed
  }

  /** Moves on to the earliest timer, unless one is due already. False when no timer is armed. */
  jump(): boolean {
    const earliest = this.#table.earliest
    if (earliest === undefined) return false
    if (earliest > this.#elapsed) this.#elapsed = earliest
    return true
  }

  /** What is due first: sleepers only, or deadlines only. */
  takeDue(): ReadonlyArray<Timer> {
    return this.#table.takeDue(this.#elapsed)
  }

  /** Fires a timer that was taken, unless it was taken back meanwhile. */
  fire(timer: Timer): void {
    if (this.#table.fired(timer)) timer.fire()
  }
}

/** Whole milliseconds go through bigint: as a number of nanoseconds, ten years are beyond the safe integers. */
const nanosOf = (millis: number): bigint => {
  const whole = Math.trunc(millis)
  return BigInt(whole) * BigInt(nanosPerMilli) + BigInt(Math.round((millis - whole) * nanosPerMilli))
}
