import { expect, it } from "vitest"
import { type Figure, nameOf } from "../src/Gate.ts"
import { gates, stretches } from "../src/gates.ts"
import { peersOf } from "../src/Workload.ts"
import { workloads } from "../src/workloads.ts"

const coldStart = ["runtime", "cancel-scope", "timeout", "task-group", "channel", "sync", "limit"]

/** Every workload that a figure may read, and the peers that it has rows of. */
const measured = new Map<string, ReadonlyArray<string>>([
  ...workloads.flatMap((workload) => {
    const { memoryToo, messages, name, peers, wholeToo } = workload
    const all = peersOf(workload)
    const memory = memoryToo === true || messages !== undefined
    return [
      [name, all] as const,
      ...(wholeToo === true ? [[`${name}-whole`, all] as const] : []),
      ...(memory ? [[`${name}-memory`, all] as const] : []),
      ...(messages === undefined ? [] : [[`${name}-mark-compacts`, Object.keys(peers)] as const])
    ]
  }),
  ["cold-start-own", coldStart],
  ["cold-start-app", ["ferrule", "effect"]],
  ...coldStart.map((name) => [`cold-start-import @ferrule/${name}`, ["ferrule", "effect"]] as const)
])

/** The rows that a figure reads, as `workload/peer`. */
const rowsOf = (figure: Figure): ReadonlyArray<string> => {
  switch (figure._tag) {
    case "Ratio":
      return [`${figure.workload}/ferrule`, `${figure.workload}/${figure.to}`]
    case "Pairs":
      return [`${figure.workload}/${figure.peer}`, `${figure.workload}/${figure.to}`]
    case "Growth":
    case "Deaths":
      return [`${figure.workload}/ferrule`]
    case "Value":
      return [`${figure.workload}/${figure.peer}`]
    case "LeastOf":
      return figure.of.flatMap((part) => rowsOf(part.figure))
  }
}

it("every gate reads rows that some workload writes: a gate on nothing would never be judged", () => {
  const written = new Set([...measured].flatMap(([workload, peers]) => peers.map((peer) => `${workload}/${peer}`)))
  const read = [...gates, ...stretches].flatMap((gate) => rowsOf(gate.figure))
  expect(read.filter((row) => !written.has(row))).toEqual([])
})

it("each gate has a name of its own", () => {
  for (const all of [gates, stretches]) {
    const names = all.map(nameOf)
    expect(names).toEqual([...new Set(names)])
  }
})

it("each figure of the gate table has its gate", () => {
  const areas = new Set(gates.map(({ area }) => area))
  expect([...areas].toSorted()).toEqual([
    "broadcast",
    "buffered",
    "cancel 100k sleepers",
    "cold start",
    "depth 1,000 cancel",
    "explore: two fibers",
    "fan-in",
    "fan-out",
    "groups",
    "idle heap per task",
    "inspector",
    "map at limit 64",
    "memory under load",
    "prime sieve",
    "rendezvous round trip",
    "select over 8",
    "skynet 10^6",
    "spawn + join",
    "timeout"
  ])
})

it("each workload is compared with raw Effect and with raw promises", () => {
  for (const { peers } of workloads)
    expect(Object.keys(peers)).toEqual(expect.arrayContaining(["ferrule", "effect", "promise"]))
})

it("every workload of channels has its gates of memory", () => {
  const names = workloads.filter(({ messages }) => messages !== undefined).map(({ name }) => name)
  const under = gates.filter(({ area }) => area === "memory under load").map(({ variant }) => variant)
  expect(under).toEqual(names.flatMap((name) => [`${name}, MB`, `${name}, mark-compacts`]))
})
