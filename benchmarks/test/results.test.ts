import { expect, it } from "vitest"
import { merged, resultsOf } from "../src/results.ts"
import type { Row } from "../src/Row.ts"

const row = (workload: string, peer: string, median: number): Row => ({
  workload,
  peer,
  median,
  unit: "ns",
  samples: [median],
  size: 100_000,
  items: 100_000
})

it("judges the gates of the workloads that were measured, and no others", () => {
  const { gates } = resultsOf([row("groups-nested", "ferrule", 50), row("groups-nested", "effect", 100)], "2026-11-30")
  expect(gates).toEqual([{ area: "groups: nested", ratio: 0.5, gate: 0.6, ok: true }])
})

it("names the gates that could not be judged because a peer is not installed", () => {
  const { gates, unjudged } = resultsOf(
    [row("sleepers-cancel", "ferrule", 50), row("sleepers-cancel", "effect", 100)],
    "2026-11-30"
  )
  expect(gates.map(({ area }) => area)).toEqual(["cancel 100k sleepers"])
  expect(unjudged).toEqual(["cancel 100k sleepers: against asyncio", "cancel 100k sleepers: against Trio"])
})

it("keeps what this run left out, and the order of the workloads", () => {
  const before = [
    row("spawn-trivial", "ferrule", 1),
    row("groups-nested", "gone", 2),
    row("cold-start-app", "ferrule", 3)
  ]
  const rows = [row("skynet-memory", "ferrule", 4), row("groups-nested", "ferrule", 5)]
  expect(merged(before, rows).map(({ median, workload }) => [workload, median])).toEqual([
    ["spawn-trivial", 1],
    ["groups-nested", 5],
    ["skynet-memory", 4],
    ["cold-start-app", 3]
  ])
})
