import { describe, expect, it } from "vitest"
import { ps } from "../../src/cli/ps.ts"
import { frame } from "../../src/cli/top.ts"
import type { NodeInfo, Snapshot } from "../../src/Snapshot.ts"

const task = (id: number, name: string, more: Partial<NodeInfo> = {}): NodeInfo => ({
  id,
  kind: "task",
  name,
  parent: 1,
  state: "running",
  age: 1500,
  ...more
})

const cancel = (ago: number) => ({ reason: "Requested", because: "asked", scope: "s", path: ["s"], ago })

const snapshot = (nodes: ReadonlyArray<NodeInfo>, findings: Snapshot["findings"] = []): Snapshot => ({
  at: 0,
  pid: 42,
  program: "shop",
  nodes: [{ id: 1, kind: "group", name: "main", state: "running", age: 2000 }, ...nodes],
  resources: [],
  findings
})

describe("ps", () => {
  it("shows each task with its state, age, deadline, and what it waits for or why it was cancelled [S-329]", () => {
    const nodes = [
      task(2, "fetch", { state: "waiting", waitsFor: { on: 'channel "jobs"', for: 700 }, deadlineLeft: 90_000 }),
      task(3, "store", { state: "cancelled", cancel: cancel(12_000) })
    ]
    expect(ps(snapshot(nodes)).split("\n")).toEqual([
      "shop, process 42: 2 tasks, 1 scopes and groups; 1 wait, 1 cancelled; 0 resources",
      "ID  KIND  NAME   STATE        AGE        LEFT  WAITS FOR, OR WHY CANCELLED",
      ' 2  task  fetch  waiting    1.5 s  1 min 30 s  channel "jobs", 700 ms',
      " 3  task  store  cancelled  1.5 s              asked, 12.0 s ago"
    ])
  })

  it("prints names that are terminal commands as text, on one line [S-324]", () => {
    const text = ps(snapshot([task(2, "a\u001b[2J\nb\u202e\u0007")], [laggard("x\u001b]0;title\u0007")]))
    expect(text).toContain(String.raw`a\u{1b}[2J\nb\u{202e}\u{7}`)
    expect(text).toContain(String.raw`! x\u{1b}]0;title\u{7}`)
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u)
  })
})

const laggard = (text: string) => ({ _tag: "Laggard", id: 2, name: "x", ago: 1, text }) as const

describe("top", () => {
  const many = Array.from({ length: 50 }, (_, index) => task(index + 2, `t${index}`, { age: index }))

  it("fits on the screen, and says how many do not [S-329]", () => {
    const lines = frame(snapshot(many), 20, 40)
    expect(lines).toHaveLength(20)
    expect(lines.every((line) => line.length <= 40)).toBe(true)
    expect(lines.at(-1)).toBe("… and 34 more")
  })

  it("has first who was cancelled longest ago, then who waits longest, then the oldest [S-329]", () => {
    const nodes = [
      task(2, "old", { age: 9000 }),
      task(3, "waits", { waitsFor: { on: "x", for: 10 } }),
      task(4, "waits longer", { waitsFor: { on: "x", for: 20 } }),
      task(5, "cancelled", { state: "cancelled", cancel: cancel(5) }),
      task(6, "young", { age: 1 })
    ]
    const ids = frame(snapshot(nodes), 20, 200)
      .slice(3)
      .map((line) => Number(line.slice(0, 2)))
    expect(ids).toEqual([5, 4, 3, 2, 6])
  })
})
