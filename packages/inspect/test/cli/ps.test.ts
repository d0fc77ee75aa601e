import { describe, expect, it } from "vitest"
import { ps } from "../../src/cli/ps.ts"
import { frame } from "../../src/cli/top.ts"
import { plainJson } from "../../src/internal/plain.ts"
import type { NodeInfo, Snapshot } from "../../src/Snapshot.ts"
import { toText } from "../../src/toText.ts"
import { why } from "../../src/why.ts"

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

  it("trusts nothing that it is told, kinds and states neither [S-324]", () => {
    const evil = "\u001b[2J" as never
    const whole: Snapshot = { ...snapshot([task(evil, "a", { kind: evil, state: evil })]), pid: evil }
    for (const text of [ps(whole), toText({ ...whole, findings: [laggard(evil)] }), why(whole, "a")])
      expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u)
  })

  it("prints names that are terminal commands as text, on one line [S-324]", () => {
    const text = ps(snapshot([task(2, "a\u001b[2J\nb\u202e\u0007")], [laggard("x\u001b]0;title\u0007")]))
    expect(text).toContain(String.raw`a\u{1b}[2J\nb\u{202e}\u{7}`)
    expect(text).toContain(String.raw`! x\u{1b}]0;title\u{7}`)
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u)
  })
})

describe("JSON for a terminal", () => {
  it("is the same data without a character that is a command or turns the direction [S-324]", () => {
    const names = ["a\u009b2J\u009d0;x\u009c\u202e\u200b\u{e0041}\ud800", 'quote " and \\ and é 猫']
    const text = plainJson(JSON.stringify(names, undefined, 2))
    expect(JSON.parse(text)).toEqual(names)
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
    expect(text).toContain("é 猫")
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

  it("has no more lines than the screen, however small and whatever the findings; a screen without a size is a usual one [S-333]", () => {
    const findings = Array.from({ length: 9 }, () => laggard("late"))
    for (const rows of [1, 2, 3, 6, 9])
      expect(frame(snapshot(many, findings), rows, 40).length).toBeLessThanOrEqual(rows)
    const unknown = frame(snapshot(many), 0, 0)
    expect(unknown).toHaveLength(24)
    expect(unknown[0]).toMatch(/^shop, process 42/)
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
