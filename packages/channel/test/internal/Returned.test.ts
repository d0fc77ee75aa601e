import fc from "fast-check"
import { expect, it } from "vitest"
import { Returned } from "../../src/internal/Returned.ts"

it("what comes back is given again in the order in which it had left, whatever the order it came back in", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 60 }), fc.nat(10), (numbers, every) => {
      const returned = new Returned<string>()
      const model: Array<number> = []
      const [taken, expected]: [Array<string>, Array<string>] = [[], []]
      const take = () => {
        expected.push(`${model[0]} is item ${model.shift()}`)
        taken.push(`${returned.first} is ${returned.take()}`)
      }
      for (const [i, number] of numbers.entries()) {
        returned.add(`item ${number}`, number)
        model.push(number)
        model.sort((a, b) => a - b)
        if (i % (every + 1) === 0) take()
      }
      while (model.length > 0) take()
      expect(taken).toEqual(expected)
      expect(returned.size).toBe(0)
    })
  )
})

it("a hundred thousand items that come back in reverse are given in order", () => {
  const returned = new Returned<number>()
  for (let i = 99_999; i >= 0; i--) returned.add(i, i)
  const taken = Array.from({ length: 100_000 }, () => returned.take())
  expect(taken.every((item, i) => item === i)).toBe(true)
  expect(returned.size).toBe(0)
})
