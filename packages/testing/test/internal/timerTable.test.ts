import * as fc from "fast-check"
import { expect, it } from "vitest"
import { type Timer, type TimerKind, TimerTable } from "../../src/internal/timerTable.ts"

/** What the table is, said naively: a list of timers, sorted when asked. */
class Model {
  timers: Array<{ readonly id: number; readonly at: number; readonly kind: TimerKind }> = []

  due(now: number): ReadonlyArray<number> {
    const at = Math.min(...this.timers.map((timer) => timer.at))
    if (!(at <= now)) return []
    const ofInstant = this.timers.filter((timer) => timer.at === at)
    const sleepers = ofInstant.filter((timer) => timer.kind === "sleep")
    return (sleepers.length > 0 ? sleepers : ofInstant).map(({ id }) => id)
  }
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("add" as const),
      at: fc.nat(12),
      kind: fc.constantFrom<TimerKind>("sleep", "deadline")
    })
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("remove" as const), index: fc.nat(200) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("take" as const), now: fc.nat(12) }) }
)

it("the table gives what a sorted list would, through any history of adding, taking back and firing", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const table = new TimerTable()
      const model = new Model()
      const added: Array<Timer> = []
      const fired: Array<number> = []
      for (const action of steps) {
        if (action.do === "add") {
          const id = added.length
          added.push(table.add(action.at, action.kind, () => fired.push(id)))
          model.timers.push({ id, at: action.at, kind: action.kind })
        } else if (action.do === "remove") {
          const timer = added[action.index]
          if (timer === undefined) continue
          table.remove(timer)
          model.timers = model.timers.filter(({ id }) => id !== action.index)
        } else {
          const due = model.due(action.now)
          fired.length = 0
          for (const timer of table.takeDue(action.now)) if (table.fired(timer)) timer.fire()
          expect(fired).toEqual(due)
          model.timers = model.timers.filter(({ id }) => !due.includes(id))
        }
        expect(table.armed).toBe(model.timers.length)
        expect(table.earliest ?? Infinity).toBe(Math.min(...model.timers.map(({ at }) => at)))
      }
    }),
    { numRuns: 10_000 }
  )
})

it("a timer that was taken and is then taken back does not fire", () => {
  const table = new TimerTable()
  const timer = table.add(1, "sleep", () => {})
  expect(table.takeDue(1)).toEqual([timer])
  table.remove(timer)
  expect([table.fired(timer), table.armed]).toEqual([false, 0])
})

it("instants are kept to the nanosecond, whole milliseconds exactly, ten thousand years on", () => {
  const table = new TimerTable()
  const far = 315_569_520_000_001
  expect(table.add(0.1 + 0.2, "sleep", () => {}).at).toBe(table.add(0.3, "deadline", () => {}).at)
  expect(table.add(far, "sleep", () => {}).at).toBe(far)
})
