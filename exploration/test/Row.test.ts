import { expect, it } from "vitest"
import { Row } from "../src/Row.ts"
import { tableOf } from "../src/table.ts"

const area = { name: "channel", programs: [] }

it("a row adds up what was tried, and counts the programs of which every schedule was tried, by preemptions", () => {
  const row = new Row(area)
  const tried = { claim: "c", random: 10, priorities: 5, depthFirst: 7 }
  row.add({ ...tried, complete: 1 }, "claimed")
  row.add({ ...tried, complete: Infinity }, "claimed")
  row.add({ ...tried, complete: -1 }, "claimed")
  row.add({ ...tried, complete: -1, depthFirst: 0, broken: "trace" }, "made")
  expect([0, 1, 2].map((preemptions) => row.completeUpTo(preemptions))).toEqual([2, 2, 1])
  expect([row.random, row.priorities, row.depthFirst, row.made, row.failures.length]).toEqual([40, 20, 21, 1, 1])
})

it("the table has a line for each package, with figures to the right", () => {
  const [head, line] = tableOf([new Row(area)]).split("\n")
  expect(head).toMatch(/^package +programs/)
  expect(line).toMatch(/^channel +0 .*0$/)
  expect(line).toHaveLength(head!.length)
})
