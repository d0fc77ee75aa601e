/**
 * Time as the packages see it: milliseconds on the runtime's monotonic clock, and callbacks at a time.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"

/**
 * A clock that takes callbacks. A clock service that has this property is asked for timers through it; a virtual clock
 * uses `kind` to serve every sleeper of an instant, and all that it wakes, before that instant's deadlines.
 *
 * @category models
 * @since 0.1.0
 */
export interface TimerClock extends Clock.Clock {
  readonly "~ferrule/runtime/TimerClock": {
    /** Calls `fire` at `at`, milliseconds on this clock; gives what calls it off. */
    timer(at: number, kind: "sleep" | "deadline", fire: () => void): () => void
  }
}

const defaultClock = Context.get(Context.empty(), Clock.Clock)

/** Beyond it Node's timers fire at once. */
const longest = 2 ** 31 - 1

const hasTimers = (clock: Clock.Clock): clock is TimerClock => "~ferrule/runtime/TimerClock" in clock

/**
 * Whether this is the clock that Effect runs on when nobody provides another one.
 *
 * @category time
 * @since 0.1.0
 */
export const isRealClock = (clock: Clock.Clock): boolean => clock === defaultClock

/**
 * Milliseconds on the clock's monotonic time: it never steps, and has no relation to the date.
 *
 * @category time
 * @since 0.1.0
 */
export const nowOn = (clock: Clock.Clock): number =>
  clock === defaultClock ? performance.now() : Number(clock.monotonicTimeNanosUnsafe()) / 1e6

/**
 * The clock that the fiber runs on.
 *
 * @category time
 * @since 0.1.0
 */
export const clockOf = (fiber: Fiber.Fiber<unknown, unknown>): Clock.Clock => fiber.getRef(Clock.Clock)

/**
 * Calls `fire` once, at `at` or as soon as it can after it, never before; gives what calls it off.
 *
 * @category time
 * @since 0.1.0
 */
export const timerOn = (clock: Clock.Clock, at: number, kind: "sleep" | "deadline", fire: () => void): (() => void) => {
  if (hasTimers(clock)) return clock["~ferrule/runtime/TimerClock"].timer(at, kind, fire)
  if (clock === defaultClock) return realTimer(at, fire)
  const fiber = Effect.runFork(clock.sleep(Duration.millis(Math.max(0, at - nowOn(clock)))))
  const forget = fiber.addObserver((exit) => {
    if (Exit.isSuccess(exit)) fire()
  })
  return () => {
    forget()
    fiber.interruptUnsafe()
  }
}

const realTimer = (at: number, fire: () => void): (() => void) => {
  let handle: ReturnType<typeof setTimeout>
  const arm = (): void => {
    const wait = Math.ceil(at - performance.now())
    handle = setTimeout(due, Math.min(Math.max(wait, 1), longest))
  }
  // Node may fire up to a millisecond early, and a long wait comes in parts: look again.
  const due = (): void => (performance.now() >= at ? fire() : arm())
  if (at === Infinity) return () => {}
  arm()
  return () => clearTimeout(handle)
}

/**
 * Reads a duration in milliseconds. Infinite stays infinite, negative is a budget already spent: 0.
 * NaN and what cannot be read is misuse: it throws an error that names the argument, which Effect makes a defect.
 *
 * @category time
 * @since 0.1.0
 */
export const millisOf = (input: Duration.Input, argument: string): number => {
  if (typeof input === "number" && input > 0) return input
  const duration = Number.isNaN(input) ? Option.none() : Duration.fromInput(input)
  if (Option.isNone(duration)) {
    throw new RangeError(
      `${argument} is ${inspected(input)}, which is no duration. Pass milliseconds, or a text like "2 seconds".`
    )
  }
  const millis = Duration.toMillis(duration.value)
  return millis > 0 ? millis : 0
}

const inspected = (input: Duration.Input): string =>
  typeof input === "object" ? JSON.stringify(input) : JSON.stringify(String(input))

/**
 * Checks an absolute time. NaN is misuse: it throws an error that names the argument.
 *
 * @category time
 * @since 0.1.0
 */
export const instantOf = (at: number, argument: string): number => {
  if (typeof at === "number" && !Number.isNaN(at)) return at
  throw new RangeError(
    `${argument} is ${String(at)}, which is no time. Pass milliseconds, as CancelScope.after gives them.`
  )
}
