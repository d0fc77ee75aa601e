import { describe, expect, it } from "vitest"
import { snapshotJson, timelineJson } from "../../src/internal/toJson.ts"
import type { NodeInfo, Snapshot } from "../../src/Snapshot.ts"
import type { Timeline } from "../../src/Timeline.ts"
import { toText } from "../../src/toText.ts"

const called = (name: string): Snapshot => {
  const node: NodeInfo = { id: 1, kind: "task", name, state: "running", age: 0 }
  return { at: 0, pid: 1, program: "p", nodes: [node], resources: [], findings: [] }
}

const happened = (name: string): Timeline => ({
  events: [{ number: 1, at: 0, what: "started", id: 1, name }],
  last: 1,
  lost: 0
})

describe("an answer", () => {
  it("is as short as can be read, however long a name is [S-330]", () => {
    const long = "n".repeat(1_000_000)
    expect(snapshotJson(called(long)).length).toBeLessThan(2000)
    expect(timelineJson(happened(long)).length).toBeLessThan(2000)
    expect(JSON.parse(snapshotJson(called("short")))).toEqual(called("short"))
  })

  it("has names of any kind that code without types has given [S-330]", () => {
    const cannot = { toString: () => expect.fail("asked") } as unknown as string
    for (const name of [12n, Symbol("s"), 3, null, cannot] as unknown as ReadonlyArray<string>) {
      expect(JSON.parse(timelineJson(happened(name)))).toMatchObject({ last: 1 })
      expect(JSON.parse(snapshotJson(called(name)))).toMatchObject({ nodes: [{ id: 1 }] })
      expect(toText(called(name))).toContain("task")
    }
    expect(toText(called(Symbol("s") as unknown as string))).toContain("Symbol(s)")
  })
})
