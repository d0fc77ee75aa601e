import { nowOn, type TimerClock, timerOn } from "@ferrule/runtime"
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { type Driven, drivenKey } from "./JumpingClock.ts"
import type { Stepper } from "./Stepper.ts"
import type { TimerKind } from "./timerTable.ts"

/** A jumping clock, each of whose timers is a step when it fires. It counts those that are armed through it. */
export class SteppingClock implements TimerClock {
  readonly #inner: Clock.Clock
  readonly #stepper: Stepper
  #armed = 0
  readonly "~ferrule/runtime/TimerClock" = {
    timer: (at: number, kind: TimerKind, fire: () => void) => this.#timer(at, kind, fire)
  }
  readonly [drivenKey]: Driven
  readonly currentTimeMillis: Effect.Effect<number>
  readonly currentTimeNanos: Effect.Effect<bigint>
  readonly monotonicTimeNanos: Effect.Effect<bigint>

  constructor(inner: Clock.Clock, driven: Driven, stepper: Stepper) {
    this.#inner = inner
    this.#stepper = stepper
    this[drivenKey] = driven
    this.currentTimeMillis = inner.currentTimeMillis
    this.currentTimeNanos = inner.currentTimeNanos
    this.monotonicTimeNanos = inner.monotonicTimeNanos
  }

  get armed(): number {
    return this.#armed
  }

  currentTimeMillisUnsafe(): number {
    return this.#inner.currentTimeMillisUnsafe()
  }

  currentTimeNanosUnsafe(): bigint {
    return this.#inner.currentTimeNanosUnsafe()
  }

  monotonicTimeNanosUnsafe(): bigint {
    return this.#inner.monotonicTimeNanosUnsafe()
  }

  sleep(duration: Duration.Duration): Effect.Effect<void> {
    const millis = Duration.toMillis(duration)
    if (!(millis > 0) || millis === Infinity) return this.#inner.sleep(duration)
    return Effect.callback((resume) =>
      Effect.sync(this.#timer(nowOn(this.#inner) + millis, "sleep", () => resume(Effect.void)))
    )
  }

  #timer(at: number, kind: TimerKind, fire: () => void): () => void {
    if (at === Infinity) return () => {}
    this.#armed++
    let armed = true
    const disarm = (): void => {
      if (armed) this.#armed--
      armed = false
    }
    const takeBack = timerOn(this.#inner, at, kind, () =>
      this.#stepper.event(kind === "sleep" ? "a sleep ends" : "a deadline passes", () => {
        // What came before it may have taken it back.
        if (!armed) return
        disarm()
        fire()
      })
    )
    return () => {
      disarm()
      takeBack()
    }
  }
}
