/** Deadlines count monotonic time: no wall clock, no stop of the process and no length of it upsets them. */
import { Effect, Option } from "effect"
import { CancelScope, Timeout } from "ferrule"
import { expect, type Run } from "../Run.ts"
import { stoppedFor } from "../stoppedFor.ts"

/** Milliseconds after which a timer that should have fired by now has surely been forgotten. */
const patience = 2000

const day = 86_400_000
const tenYears = 3650 * day

/** Deadlines of one length, of which the first `n` are nested around `inside`. */
const nestedDeadlines = (
  lengths: ReadonlyArray<number>,
  inside: Effect.Effect<void>
): Effect.Effect<Option.Option<void>> =>
  lengths.reduceRight<Effect.Effect<Option.Option<void>>>(
    (within, length) => Effect.map(Timeout.moveOnAfter(within, length), Option.flatten),
    Effect.asSome(inside)
  )

/** A deadline of 300 ms and a body that never ends, while the date is moved by `step` after 50 ms. */
const firesInTime = async (step: number): Promise<number> => {
  const realNow = Date.now
  const stepping = setTimeout(() => (Date.now = () => realNow() + step), 50)
  const started = performance.now()
  const [ended, drift] = await Effect.runPromise(
    Effect.gen(function* () {
      const before = (yield* CancelScope.now) - performance.now()
      const ended = yield* Timeout.moveOnAfter(Effect.never, 300)
      return [ended, (yield* CancelScope.now) - performance.now() - before] as const
    })
  )
  const millis = performance.now() - started
  clearTimeout(stepping)
  const moved = Date.now() - realNow()
  Date.now = realNow
  expect(Math.abs(moved - step) < 1000, `the date to have been moved by ${step} ms, it was by ${moved}`)
  expect(Option.isNone(ended), "the deadline to pass")
  expect(millis >= 300 && millis < 300 + patience, `it to pass after 300 ms, it took ${millis.toFixed(0)}`)
  expect(Math.abs(drift) < patience, `the monotonic clock not to move, it moved by ${drift.toFixed(0)} ms`)
  return millis
}

/** Counts the timers that `program` arms. */
const timersArmed = async (program: Effect.Effect<unknown>): Promise<number> => {
  const realSetTimeout = globalThis.setTimeout
  let armed = 0
  // Sound: it only counts, and hands everything on.
  globalThis.setTimeout = ((...args: Parameters<typeof realSetTimeout>) => {
    armed++
    return realSetTimeout(...args)
  }) as typeof realSetTimeout
  try {
    await Effect.runPromise(program)
  } finally {
    globalThis.setTimeout = realSetTimeout
  }
  return armed
}

/** Runs `program` in a time in which every timer comes at once and takes as long as it was set for. */
const fastForward = async <A>(
  program: Effect.Effect<A>
): Promise<{ value: A; millis: number; lengths: Array<number> }> => {
  const { setTimeout, performance } = globalThis
  const realNow = performance.now.bind(performance)
  const lengths: Array<number> = []
  let ahead = 0
  performance.now = () => realNow() + ahead
  // Sound: the library passes no arguments to its callbacks.
  globalThis.setTimeout = ((callback: () => void, millis: number) => {
    lengths.push(millis)
    return setTimeout(() => {
      ahead += millis
      callback()
    }, 1)
  }) as typeof setTimeout
  try {
    const value = await Effect.runPromise(program)
    return { value, millis: ahead, lengths }
  } finally {
    performance.now = realNow
    globalThis.setTimeout = setTimeout
  }
}

const clockStep: Run = {
  name: "clock-step",
  claim: "a step of the wall clock moves no deadline",
  seconds: { long: 30, short: 30 },
  go: async (_size, say) => {
    for (const step of [day, -day]) {
      say(`date moved by ${step} ms: a deadline of 300 ms passed after ${(await firesInTime(step)).toFixed(1)} ms`)
    }
  }
}

const stopped: Run = {
  name: "stopped-process",
  claim: "each deadline that passed while the process was stopped fires once when it goes on",
  seconds: { long: 60, short: 30 },
  go: async (size, say) => {
    const seconds = size === "long" ? 10 : 3
    const { fired, afterMillis, waited } = await stoppedFor(seconds * 1000)
    say(
      `stopped for ${seconds} s: deadlines fired ${fired.join(", ")} times, ${afterMillis.toFixed(0)} ms after it went on`
    )
    expect(fired.length === 10 && fired.every((times) => times === 1), "each of 10 deadlines to fire once")
    expect(waited >= seconds * 1000, `the time that it was stopped to count, it counted ${waited.toFixed(0)} ms`)
    expect(afterMillis < patience, "them to fire at once")
  }
}

const oneTimer: Run = {
  name: "one-timer",
  claim: "ten nested deadlines arm one timer",
  seconds: { long: 30, short: 30 },
  go: async (_size, say) => {
    const ten = (unit: number) => Array.from({ length: 10 }, (_, index) => (index + 1) * unit)
    const inside = Effect.promise(() => new Promise<void>((resolve) => void setImmediate(resolve)))
    // Each earlier than all before it, because a timer that was set for one may stay set and do for the next.
    const orders = {
      equal: ten(0).map(() => 10_000_000),
      "later ones inside": ten(100_000),
      "earlier ones inside": ten(1000).toReversed()
    }
    const armed = new Map<string, number>()
    for (const [order, lengths] of Object.entries(orders)) {
      armed.set(order, await timersArmed(nestedDeadlines(lengths, inside)))
      say(`ten nested deadlines, ${order}: ${armed.get(order)} timers armed`)
    }
    for (const [order, timers] of armed) expect(timers === 1, `one timer for ten deadlines, ${order}, got ${timers}`)
  }
}

const farDeadline: Run = {
  name: "far-deadline",
  claim: "a deadline in ten years does not fire early, and does fire then",
  seconds: { long: 30, short: 30 },
  go: async (_size, say) => {
    const warnings: Array<string> = []
    process.on("warning", (warning) => warnings.push(warning.name))
    // First, because a timer that was set in real time may stay set.
    const { value, millis, lengths } = await fastForward(Timeout.moveOnAfter(Effect.never, tenYears))
    say(`ten years ahead: fired after ${(millis / day / 365).toFixed(4)} years, in ${lengths.length} timers`)
    expect(Option.isNone(value), "it to fire")
    expect(millis >= tenYears - patience && millis < tenYears + patience, `it to fire then, it took ${millis} ms`)
    expect(Math.max(...lengths) < 2 ** 31, "no timer longer than Node has")
    const ended = await Effect.runPromise(nestedDeadlines([tenYears, Infinity], Effect.sleep(500)))
    expect(Option.isSome(ended), "it not to have fired after half a second")
    expect(warnings.length === 0, `no warning, got ${warnings.join()}`)
  }
}

export const timeRuns: ReadonlyArray<Run> = [clockStep, stopped, oneTimer, farDeadline]
