import fc from "fast-check"
import { expect, it } from "vitest"
import { Ring } from "../../src/internal/Ring.ts"

it("a ring is a queue, through any mix of pushes and shifts", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (pushes) => {
      const ring = new Ring<number>()
      const out: Array<number> = []
      const sizes: Array<number> = []
      let size = 0
      const expected: Array<number> = []
      for (const [i, push] of pushes.entries()) {
        if (push) ring.push(i)
        else if (size > 0) out.push(ring.shift())
        size = Math.max(0, size + (push ? 1 : -1))
        expected.push(size)
        sizes.push(ring.size)
      }
      while (ring.size > 0) out.push(ring.shift())
      expect(sizes).toEqual(expected)
      expect(out).toEqual([...pushes.keys()].filter((i) => pushes[i]))
    })
  )
})

it("the youngest of a ring are in the order in which they came, wherever its head is", () => {
  for (let gone = 0; gone < 9; gone++) {
    const ring = new Ring<number>()
    for (let i = 0; i < gone; i++) ring.push(-1)
    for (let i = 0; i < gone; i++) ring.shift()
    for (let i = 0; i < 7; i++) ring.push(i)
    expect(ring.last(3)).toEqual([4, 5, 6])
    expect(ring.last(9)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(ring.last(0)).toEqual([])
    expect(ring.size).toBe(7)
  }
})
