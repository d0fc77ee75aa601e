import * as fc from "fast-check"
import { expect, it } from "@effect/vitest"
import { LiveTable } from "../../src/internal/LiveTable.ts"

const contents = (table: LiveTable) => {
  const all: Array<readonly [number, number | undefined, number, string]> = []
  table.each((id, parent, at, { name }) => void all.push([id, parent, at, name]))
  return all.toSorted(([a], [b]) => a - b)
}

it("the table of live nodes has what was put and not removed, however it grows and shrinks [S-310]", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(400), fc.nat(3)), { maxLength: 600 }), (steps) => {
      const table = new LiveTable()
      const model = new Map<number, readonly [number, number | undefined, number, string]>()
      for (const [put, number, sort] of steps) {
        const id = number * [1, 64, 2 ** 31, 2 ** 40][sort]!
        const parent = sort === 0 ? undefined : number
        if (put) table.put(id, parent, number, { kind: "task", name: `n${id}` })
        else table.remove(id)
        if (put) model.set(id, [id, parent, number, `n${id}`])
        else model.delete(id)
        expect(table.get(id)?.name).toBe(put ? `n${id}` : undefined)
      }
      expect(contents(table)).toEqual([...model.values()].toSorted(([a], [b]) => a - b))
    }),
    { numRuns: 500 }
  )
})
