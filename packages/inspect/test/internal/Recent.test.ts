import * as fc from "fast-check"
import { expect, it } from "@effect/vitest"
import { VirtualClock } from "@ferrule/testing"
import { Clock, Context, Effect } from "effect"
import { Recent } from "../../src/internal/Recent.ts"
import type { TimelineEvent } from "../../src/Timeline.ts"

const real = Context.get(Context.empty(), Clock.Clock)

const step = fc.record({
  what: fc.constantFrom("task", "named", "scope", "waits", "goes on", "cancelled", "ended", "failed"),
  id: fc.nat(2 ** 40),
  group: fc.nat(2),
  pass: fc.boolean()
})

it("a timeline has each of the last events, with who it was and the time when it happened, as a naive list has [S-305]", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
      fc.nat(50),
      (steps, capacity, after) =>
        Effect.runPromise(
          VirtualClock.run(
            Effect.gen(function* () {
              const recent = new Recent(capacity, yield* Clock.Clock, () => {})
              const model: Array<TimelineEvent> = []
              let at = 0
              const start = recent.now()
              for (const { group, id, pass, what } of steps) {
                if (pass) {
                  yield* Effect.sleep(5)
                  at += 5
                }
                const add = (rest: Omit<TimelineEvent, "number" | "at" | "id">) =>
                  model.push({ number: model.length + 1, at, id, ...rest })
                const of = { kind: "task", parent: group } as const
                switch (what) {
                  case "task":
                    recent.taskBegan(id, group, 7, { name: `g${group}` })
                    add({ what: "started", ...of, name: `g${group}/7` })
                    break
                  case "named":
                    recent.taskBegan(id, group, "own", { name: `g${group}` })
                    add({ what: "started", ...of, name: "own" })
                    break
                  case "scope":
                    recent.began(id, { kind: "scope", name: "s", parent: undefined })
                    add({ what: "started", kind: "scope", name: "s" })
                    break
                  case "waits":
                    recent.waits(id, "w")
                    add({ what: "waits", on: "w" })
                    break
                  case "goes on":
                    recent.goesOn(id)
                    add({ what: "goesOn" })
                    break
                  case "cancelled":
                    recent.cancelled(id, "why")
                    add({ what: "cancelled", on: "why" })
                    break
                  default:
                    recent.ended(id, what === "failed")
                    add(what === "failed" ? { what: "ended", on: "failed" } : { what: "ended" })
                }
              }
              const first = Math.min(model.length, Math.max(after, model.length - capacity))
              expect(recent.since(after, -start)).toEqual({
                events: model.slice(first),
                last: model.length,
                lost: Math.max(0, model.length - capacity - after)
              })
            })
          )
        )
    ),
    { numRuns: 500 }
  ))

it("a timeline reads the real clock once for what happens in one go, and again in the next, or when time passes [S-315]", async () => {
  let now = 1000
  let reads = 0
  const recent = new Recent(1000, real, () => {})
  const read = performance.now
  performance.now = () => (reads++, now)
  try {
    for (let event = 0; event < 400; event++) recent.ended(event, false)
    expect(reads).toBeLessThan(20)
    await Promise.resolve()
    now += 100
    recent.ended(1000, false)
    // From here on each event takes long, and as soon as that is seen each gets a time of its own.
    for (let event = 0; event < 20; event++) {
      now += 10
      recent.ended(event, false)
    }
  } finally {
    performance.now = read
  }
  const times = recent.since(400, 0).events.map(({ at }) => at)
  expect(times[0]).toBe(1100)
  expect(times.slice(8)).toEqual(Array.from({ length: 13 }, (_, event) => 1180 + 10 * event))
})

it("events that come by thousands in one go, between looks at the time for other things, are written over and over in turn [S-305]", async () => {
  const recent = new Recent(16, real, () => {})
  for (let id = 1; id <= 5000; id++) {
    recent.ended(id, false)
    for (let looks = 0; looks < id % 4; looks++) recent.now()
    if (id % 700 === 0) await Promise.resolve()
  }
  const { events, last, lost } = recent.since(0, 0)
  expect([last, lost]).toEqual([5000, 4984])
  expect(events.map(({ id, number }) => [number, id])).toEqual(
    Array.from({ length: 16 }, (_, index) => [4985 + index, 4985 + index])
  )
})
