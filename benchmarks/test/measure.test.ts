import { describe, expect, it, vi } from "vitest"
import { measure, type Protocol } from "../src/measure.ts"
import type { Workload } from "../src/Workload.ts"
import { groupsNested } from "../src/workloads/groupsNested.ts"
import { mapLimit } from "../src/workloads/mapLimit.ts"
import { rendezvous } from "../src/workloads/rendezvous.ts"

const protocol: Protocol = { warmUps: 1, samples: 2, quick: true, tell: () => undefined }

/** A workload of the list, so that the worker finds it, with peers that load fast. */
const only = (from: Workload, peers: ReadonlyArray<string>, more: Partial<Workload> = {}): Workload => {
  const { python: _, ...workload } = from
  const chosen = Object.entries(workload.peers).filter(([peer]) => peers.includes(peer))
  return { ...workload, peers: Object.fromEntries(chosen), ...more }
}

describe("measuring runs each peer in a process of its own", () => {
  it("keeps the samples after the warm-ups and their median", async () => {
    const { rows, skipped } = await measure(only(groupsNested, ["promise"]), protocol)
    expect(skipped).toEqual([])
    expect(rows).toHaveLength(1)
    const [row] = rows
    expect(row).toMatchObject({ workload: "groups-nested", peer: "promise", unit: "ns", size: 1000, items: 1000 })
    expect(row?.samples).toHaveLength(2)
    expect(row?.median).toBeGreaterThan(0)
  })

  it("tells what the thread worked, where a sample is long enough to count it", async () => {
    const long = await measure(only(groupsNested, ["promise"], { atLeast: 2_000_000 }), protocol)
    expect(long.rows[0]?.cpu).toBeGreaterThan(0)
    const short = await measure(only(groupsNested, ["promise"]), protocol)
    expect(short.rows[0]).not.toHaveProperty("cpu")
  })

  it("counts full collections per million messages, and tells their mean", async () => {
    const { rows } = await measure({ ...only(rendezvous, ["promise"]), go: false }, protocol)
    expect(rows.map(({ unit, workload }) => [workload, unit])).toEqual([
      ["rendezvous", "ns"],
      ["rendezvous-memory", "MB"],
      ["rendezvous-mark-compacts", "per 10^6"]
    ])
    // So short a sample leaves no garbage that would have to be searched for in all of the heap.
    expect(rows.at(-1)).toMatchObject({ median: 0, samples: [0, 0] })
  })

  it("fails when a sample did not do its work", async () => {
    const wrong = only(groupsNested, ["promise"], { expected: (size) => size + 1 })
    await expect(measure(wrong, protocol)).rejects.toThrow("groups-nested: promise answered 1000 instead of 1001")
  })

  it("fails when a library cannot be loaded", async () => {
    const unknown = only(groupsNested, [], { peers: { nobody: () => Promise.reject(new Error("never called")) } })
    await expect(measure(unknown, protocol)).rejects.toThrow('there is no peer "nobody"')
  })

  it("tells of a peer that dies, and measures the others", async () => {
    // So long a list is more than an array can be; the promises get a shorter one.
    const { rows } = await measure(
      only(mapLimit, ["promise", "p-map"], { quick: 2 ** 33, fewer: { promise: 100 } }),
      protocol
    )
    const [promise, pMap] = rows
    expect(promise?.samples).toHaveLength(2)
    expect(pMap).toMatchObject({ median: undefined, samples: [] })
    expect(pMap?.died).toContain("RangeError")
  })

  it("skips Python and Go, and says so, where there is none", async () => {
    vi.stubEnv("PATH", "")
    const workload = { ...only(groupsNested, ["promise"]), python: "groups_nested", go: true }
    const { rows, skipped } = await measure(workload, protocol)
    vi.unstubAllEnvs()
    expect(rows.map(({ peer }) => peer)).toEqual(["promise"])
    expect(skipped.map(({ peer, why }) => `${peer}: ${why}`)).toEqual([
      "asyncio: spawn python3 ENOENT",
      "trio: spawn python3 ENOENT",
      "go: spawn go ENOENT"
    ])
  })
})
