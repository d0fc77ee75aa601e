import fc from "fast-check"
import { expect, it } from "vitest"
import { RateState } from "../../src/internal/rateState.ts"

/** Starts as often as it may at `now`. */
const startAll = (state: RateState, now: number): number => {
  let started = 0
  for (; state.nextAt <= now; started++) state.start(now, false)
  return started
}

it("lets a burst start at once, and then one each interval", () => {
  const state = new RateState(1000, 10, 3)
  expect(startAll(state, 5000)).toBe(3)
  expect(state.nextAt).toBe(5100)
  expect(startAll(state, 5100)).toBe(1)
  expect(startAll(state, 5199)).toBe(0)
  expect(startAll(state, 5350)).toBe(2)
  // A quiet time fills it up again, and no further.
  expect(startAll(state, 1e9)).toBe(3)
})

it("keeps the beat for those who wait: what a timer is late by does not add up", () => {
  const state = new RateState(1000, 10, 1)
  state.start(0, false)
  for (let beat = 1; beat <= 1000; beat++) {
    expect(state.nextAt).toBe(beat * 100)
    state.start(beat * 100 + (beat % 99), true)
  }
})

it("does not make up for whole intervals that were missed, or there would be more than a burst at once", () => {
  const state = new RateState(1000, 10, 1)
  state.start(0, false)
  state.start(730, true)
  expect(state.nextAt).toBe(800)
  state.start(800, true)
  expect(state.nextAt).toBe(900)
})

it("one who did not wait begins a new beat", () => {
  const state = new RateState(1000, 10, 1)
  state.start(0, false)
  state.start(130, false)
  expect(state.nextAt).toBe(230)
})

it("what is given back can be had again", () => {
  const state = new RateState(1000, 10, 2)
  expect(startAll(state, 0)).toBe(2)
  state.giveBack()
  expect(startAll(state, 0)).toBe(1)
  state.giveBack()
  state.giveBack()
  expect(startAll(state, 7)).toBe(2)
})

it("says how many starts still count", () => {
  const state = new RateState(300, 3, 5)
  expect(state.borrowed(-1e6)).toBe(0)
  for (let i = 0; i < 3; i++) state.start(0, false)
  expect([0, 1, 99, 100, 101, 200, 299, 300, 1000].map((now) => state.borrowed(now))).toEqual([
    3, 3, 3, 2, 2, 1, 1, 0, 0
  ])
})

it("after a resize what is owed is paid back at the new rate; at 0 nobody starts, and nothing is paid back", () => {
  const state = new RateState(1000, 10, 2)
  startAll(state, 0)
  state.resize(50, 100)
  expect([state.borrowed(50), state.nextAt]).toEqual([2, 55])
  state.resize(50, 0)
  expect([state.nextAt, state.borrowed(1e9)]).toEqual([Infinity, 2])
  state.resize(1e9, 1)
  expect(state.nextAt).toBe(1e9 + 500)
  const fresh = new RateState(1000, 0, 3)
  expect(fresh.nextAt).toBe(Infinity)
  fresh.resize(77, 10)
  expect(startAll(fresh, 77)).toBe(3)
})

it("without limit all start at once, and nothing is borrowed", () => {
  const state = new RateState(1000, Infinity, 1)
  for (let i = 0; i < 1000; i++) {
    expect(state.nextAt).toBeLessThanOrEqual(5)
    state.start(5, i % 2 === 0)
  }
  expect(state.borrowed(5)).toBe(0)
  state.resize(5, 10)
  expect(startAll(state, 5)).toBe(1)
})

/** The naive model: a bucket, filled by the tick. It may be too full while somebody waits for a late timer. */
class Bucket {
  tokens: number
  filledAt = 0
  interval: number
  readonly burst: number

  constructor(interval: number, burst: number) {
    this.interval = interval
    this.tokens = this.burst = burst
  }

  /** Fills it by what has come since, without looking at how much it can hold. */
  fill(now: number): void {
    this.tokens += this.interval === Infinity ? 0 : (now - this.filledAt) / this.interval
    this.filledAt = now
  }

  get open(): boolean {
    return this.interval < Infinity && this.tokens >= 1
  }

  take(waited: boolean): void {
    const over = this.tokens - this.burst
    // Of what is too much a waiting one keeps less than one: the part of an interval by which it was late.
    const kept = waited && over < 1 ? over : waited ? over % 1 : 0
    if (over > 0) this.tokens = this.burst + kept
    this.tokens -= 1
  }

  settle(): void {
    this.tokens = Math.min(this.tokens, this.burst)
  }
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ op: fc.constant("pass" as const), n: fc.nat({ max: 40 }) }) },
  { weight: 8, arbitrary: fc.record({ op: fc.constant("come" as const), n: fc.constant(0) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("leave" as const), n: fc.constant(0) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("giveBack" as const), n: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("resize" as const), n: fc.nat({ max: 4 }) }) }
)

// Powers of two: all times and parts of tokens are exact numbers, and so are the answers.
const rates = [0, 8, 16, 32, 64]
const per = 64

it("agrees with a bucket that is filled by the tick, in 10,000 random histories", () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(step, { minLength: 5, maxLength: 60 }),
      (rate, burst, steps) => {
        const state = new RateState(per, rates[rate]!, burst)
        const bucket = new Bucket(per / rates[rate]!, burst)
        let [now, waiting, started] = [0, 0, 0]
        const agree = (): void => {
          if (state.nextAt <= now !== bucket.open) throw new Error(`at ${now}: ${state.nextAt} but ${bucket.tokens}`)
        }
        const start = (waited: boolean): void => {
          state.start(now, waited)
          bucket.take(waited)
          started++
        }
        for (const { n, op } of steps) {
          if (op === "pass") {
            now += n
            bucket.fill(now)
            if (waiting === 0) bucket.settle()
          } else if (op === "come") {
            agree()
            if (waiting === 0 && bucket.open) start(false)
            else waiting++
          } else if (op === "leave") {
            waiting = Math.max(0, waiting - 1)
            if (waiting === 0) bucket.settle()
          } else if (op === "giveBack" && started > 0) {
            started--
            state.giveBack()
            bucket.tokens++
            if (waiting === 0) bucket.settle()
          } else if (op === "resize") {
            // Only what is owed is carried over.
            bucket.settle()
            state.resize(now, rates[n]!)
            bucket.interval = per / rates[n]!
          }
          agree()
          for (; waiting > 0 && bucket.open; waiting--) {
            agree()
            start(true)
          }
          agree()
        }
      }
    ),
    { numRuns: 10_000 }
  )
})

it("in no time of the length `per` more than `times + burst - 1` start, whenever they come", () => {
  const whole = fc.integer({ min: 1, max: 20 })
  fc.assert(
    fc.property(
      whole,
      whole,
      fc.double({ min: 1, max: 1e5, noNaN: true }),
      fc.array(fc.nat(9)),
      (times, burst, per, gaps) => {
        const state = new RateState(per, times, burst)
        const starts: Array<number> = []
        let now = 0
        for (const gap of gaps) {
          now += (gap * per) / times / 4
          // Each waits until it may, and is served in time.
          const waits = now < state.nextAt
          if (waits) now = state.nextAt
          state.start(now, waits)
          starts.push(now)
        }
        const inOnePer = starts.map((from, i) => starts.slice(i).filter((at) => at < from + per * (1 - 1e-9)).length)
        expect(Math.max(0, ...inOnePer)).toBeLessThanOrEqual(times + burst - 1)
      }
    ),
    { numRuns: 2_000 }
  )
})

it("no rounding adds up: the millionth start is on the beat", () => {
  const state = new RateState(1000, 7, 1)
  state.start(0.1, false)
  for (let beat = 1; beat < 1_000_000; beat++) state.start(state.nextAt, true)
  expect(state.nextAt).toBeCloseTo(0.1 + (1_000_000 * 1000) / 7, 6)
})
