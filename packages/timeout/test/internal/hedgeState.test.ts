import fc from "fast-check"
import { expect, it } from "vitest"
import {
  type AttemptEnd,
  attemptEnds,
  attemptStarts,
  hedgeOf,
  nextStep,
  type Verdict
} from "../../src/internal/hedgeState.ts"

/** What happens to a hedge: the attempt that was started last becomes slow, or one of those that run ends. */
type Event = { readonly late: true } | { readonly which: number; readonly end: AttemptEnd }

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.constant({ late: true as const }),
  fc.record({
    which: fc.nat(),
    // Mostly failures: they make the longest histories.
    end: fc.constantFrom<AttemptEnd>("failed", "failed", "failed", "failed", "succeeded", "broke")
  })
)

/** The naive model: every attempt with what became of it, and everything derived anew from the list. */
class Model {
  readonly max: number
  readonly attempts: Array<AttemptEnd | "running"> = []
  readonly decisive: Array<Verdict> = []

  constructor(max: number) {
    this.max = max
  }

  get running(): ReadonlyArray<number> {
    return this.attempts.flatMap((attempt, index) => (attempt === "running" ? [index + 1] : []))
  }

  get verdict(): Verdict | undefined {
    const all = this.attempts.length === this.max && this.attempts.every((attempt) => attempt === "failed")
    return this.decisive[0] ?? (all ? "lost" : undefined)
  }

  step(late: boolean): "start" | "wait" | "stop" {
    if (this.verdict !== undefined) return "stop"
    const mayStart = late || this.attempts.at(-1) !== "running"
    return mayStart && this.attempts.length < this.max ? "start" : "wait"
  }
}

it("is what a list of all attempts says, through 10,000 random histories [XT-01, XT-02]", () => {
  const reached = new Set<Verdict | undefined>()
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(event, { maxLength: 16 }), (max, events) => {
      const state = hedgeOf(max)
      const model = new Model(max)
      const startAll = (late: boolean) => {
        let slow = late
        while (true) {
          expect(nextStep(state, slow)).toBe(model.step(slow))
          if (model.step(slow) !== "start") return
          model.attempts.push("running")
          expect(attemptStarts(state)).toBe(model.attempts.length)
          slow = false
        }
      }
      startAll(false)
      for (const happened of events) {
        if ("late" in happened) startAll(true)
        else if (model.running.length > 0) {
          const number = model.running[happened.which % model.running.length]!
          const before = model.verdict
          model.attempts[number - 1] = happened.end
          if (happened.end === "succeeded") model.decisive.push("won")
          if (happened.end === "broke") model.decisive.push("broken")
          expect(attemptEnds(state, number, happened.end)).toBe(before === undefined && model.verdict !== undefined)
          startAll(false)
        }
        expect(state.verdict).toBe(model.verdict)
        expect(state.running).toBe(model.running.length)
        // Nothing hangs: as long as it is open an attempt runs.
        expect(state.verdict !== undefined || state.running > 0).toBe(true)
      }
      reached.add(state.verdict)
    }),
    { numRuns: 10_000 }
  )
  expect(reached).toEqual(new Set([undefined, "won", "broken", "lost"]))
})
