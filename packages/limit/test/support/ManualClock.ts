import type { TimerClock } from "@ferrule/runtime"
import { Effect } from "effect"

/** A clock that is set by hand, and fires its timers when it is told to: they may be late. */
export class ManualClock implements TimerClock {
  now = 0
  private readonly timers = new Map<object, { readonly at: number; readonly fire: () => void }>()
  readonly "~ferrule/runtime/TimerClock" = {
    timer: (at: number, _kind: "sleep" | "deadline", fire: () => void): (() => void) => {
      const id = {}
      this.timers.set(id, { at, fire })
      return () => void this.timers.delete(id)
    }
  }
  readonly currentTimeMillis = Effect.sync(() => this.now)
  readonly currentTimeNanos = Effect.sync(() => this.currentTimeNanosUnsafe())
  readonly monotonicTimeNanos = Effect.sync(() => this.currentTimeNanosUnsafe())

  /** For when each timer is set. */
  get armed(): ReadonlyArray<number> {
    return Array.from(this.timers.values(), ({ at }) => at)
  }

  /** Fires what is due. */
  fire(): void {
    const due = Array.from(this.timers).filter(([, { at }]) => at <= this.now)
    for (const [id, { fire }] of due) if (this.timers.delete(id)) fire()
  }

  currentTimeMillisUnsafe(): number {
    return this.now
  }

  currentTimeNanosUnsafe(): bigint {
    return BigInt(Math.round(this.now * 1e6))
  }

  monotonicTimeNanosUnsafe(): bigint {
    return this.currentTimeNanosUnsafe()
  }

  sleep(): Effect.Effect<void> {
    return Effect.never
  }
}
