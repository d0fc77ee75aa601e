import { expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import { DeadlineHeap, type HeapItem } from "../src/internal/deadlineHeap.ts"

interface Named extends HeapItem {
  readonly name: number | string
  deadlineAt: number | undefined
  depth: number
}

const itemOf = (name: number | string): Named => ({ name, deadlineAt: undefined, depth: 0, heapPlace: -1 })

type Step =
  | { readonly _tag: "set"; readonly item: number; readonly at: number; readonly depth: number }
  | { readonly _tag: "remove"; readonly item: number }
  | { readonly _tag: "take"; readonly now: number }

const item = fc.nat({ max: 39 })
const at = fc.nat({ max: 20 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ _tag: fc.constant("set" as const), item, at, depth: fc.nat({ max: 3 }) }),
  fc.record({ _tag: fc.constant("remove" as const), item }),
  fc.record({ _tag: fc.constant("take" as const), now: at })
)

it("agrees with a sorted list, whatever is set, moved, removed and taken", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const heap = new DeadlineHeap<Named>()
      const items = Array.from({ length: 40 }, (_, i) => itemOf(i))
      const model = new Map<number, { readonly at: number; readonly depth: number }>()
      for (const done of steps) {
        if (done._tag === "set") {
          heap.set(Object.assign(items[done.item]!, { deadlineAt: done.at, depth: done.depth }))
          model.set(done.item, done)
        } else if (done._tag === "remove") {
          heap.remove(items[done.item]!)
          model.delete(done.item)
        } else {
          const taken = heap.takeDue(done.now)
          const times = taken.map(({ name }) => model.get(name as number)!)
          const due = [...model.values()].filter(({ at }) => at <= done.now)
          const sorted = due.toSorted((a, b) => a.at - b.at || a.depth - b.depth)
          expect(times.map(({ at, depth }) => [at, depth])).toEqual(sorted.map(({ at, depth }) => [at, depth]))
          expect(taken.every(({ heapPlace }) => heapPlace === -1)).toBe(true)
          for (const { name } of taken) model.delete(name as number)
        }
        expect(heap.size).toBe(model.size)
        expect(heap.earliest()).toBe(model.size === 0 ? undefined : Math.min(...[...model.values()].map((e) => e.at)))
      }
    }),
    { numRuns: 500 }
  )
})

it("gives equal deadlines outermost first", () => {
  const heap = new DeadlineHeap<Named>()
  for (const [i, name] of ["a", "b", "c", "d"].entries()) {
    heap.set(Object.assign(itemOf(name), { deadlineAt: 10, depth: 3 - i }))
  }
  expect(heap.takeDue(9)).toEqual([])
  expect(heap.takeDue(10).map(({ name }) => name)).toEqual(["d", "c", "b", "a"])
})
