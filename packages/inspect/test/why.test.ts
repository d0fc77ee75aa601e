import { expect, it } from "@effect/vitest"
import { describe } from "vitest"
import { type NodeInfo, type Snapshot, why } from "../src/index.ts"

const cancel = {
  reason: "Requested",
  because: "it was asked to stop: enough",
  scope: "budget",
  path: ["main", "budget"],
  askedBy: "boss",
  ago: 3000
}

const node = (id: number, name: string, more: Partial<NodeInfo> = {}): NodeInfo => ({
  id,
  kind: "task",
  name,
  state: "running",
  age: 5000,
  ...more
})

const shot = (...nodes: ReadonlyArray<NodeInfo>): Snapshot => ({
  at: 0,
  pid: 0,
  program: "p",
  nodes,
  resources: [],
  findings: []
})

describe("why", () => {
  it("says which scope was asked, by which path, when and by whom, and what the node does now [S-313]", () => {
    const order = node(4, "order", { state: "cancelled", cancel, waitsFor: { on: 'mutex "db"', for: 1000 } })
    const told = [
      'task "order" (#4): cancelled 3.0 s ago, and has not stopped',
      "  why:   it was asked to stop: enough",
      '  scope: "budget"',
      "  path:  main › budget",
      '  by:    "boss"',
      '  now:   it has waited 1.0 s for mutex "db"; it is 5.0 s old'
    ].join("\n")
    for (const called of [4, "order", "4", "#4"]) expect(why(shot(order), called)).toBe(told)
  })

  it("says so when nobody has cancelled it, when it is not there, and when there are several of the name [S-313]", () => {
    expect(why(shot(node(4, "order")), "order")).toBe(
      'task "order" (#4): nobody has cancelled it\n  now:   it waits for nothing of this library; it is 5.0 s old'
    )
    expect(why(shot(), "or\u001bder")).toContain('nothing that runs is called "or\\u{1b}der"')
    expect(why(shot(), 3)).toContain("has the number 3")
    const many = Array.from({ length: 1007 }, (_, index) => node(index, "same"))
    expect(
      why(shot(...many), "same")
        .split("\n")
        .at(-1)
    ).toBe("… 1,002 more of that name")
  })

  it("shows the ends of a path that is long [S-313]", () => {
    const path = Array.from({ length: 1000 }, (_, index) => `n${index}`)
    expect(why(shot(node(1, "deep", { cancel: { ...cancel, path } })), 1)).toContain(
      "n0 › n1 › n2 › n3 › n4 › … 990 more › n995"
    )
  })
})
