import { expect, it } from "@effect/vitest"
import { describe } from "vitest"
import { type NodeInfo, type Snapshot, toText } from "../src/index.ts"

const node = (id: number, parent: number | undefined, name: string, more: Partial<NodeInfo> = {}): NodeInfo => ({
  id,
  kind: "task",
  name,
  ...(parent === undefined ? {} : { parent }),
  state: "running",
  age: 10,
  ...more
})

const shot = (nodes: ReadonlyArray<NodeInfo>, more: Partial<Snapshot> = {}): Snapshot => ({
  at: 0,
  pid: 0,
  program: "p",
  nodes,
  resources: [],
  findings: [],
  ...more
})

const main = node(1, undefined, "main", { kind: "group" })

describe("toText", () => {
  it("shows the tree with aligned columns, then what is open, then what looks wrong [S-311]", () => {
    const cancel = { reason: "DeadlinePassed", because: "the deadline passed", scope: "a", path: ["a"], ago: 1200 }
    const text = toText(
      shot(
        [
          main,
          node(2, 1, "reader", { state: "waiting", waitsFor: { on: 'channel "c"', for: 5 }, deadlineLeft: 61_000 }),
          node(13, 2, "inner", { kind: "scope", state: "cancelled", cancel, shielded: true }),
          node(14, 1, "last")
        ],
        {
          pid: 7,
          resources: [
            { id: 1, kind: "channel", name: "c", owner: 1, age: 3, state: { items: 3, capacity: 16 } },
            { id: 2, kind: "permits", name: "s", owner: 99, of: 1, age: 3, state: {} }
          ],
          findings: [{ _tag: "Laggard", id: 13, name: "inner", ago: 1200, text: "laggard: inner" }]
        }
      )
    )
    expect(text.split("\n")).toEqual([
      "p · process 7 · 4 nodes",
      "main         group  #1   running    10 ms",
      '├─ reader    task   #2   waiting    10 ms  5 ms for channel "c", deadline in 1 min 1 s',
      "│  └─ inner  scope  #13  cancelled  10 ms  shielded, cancelled 1.2 s ago: the deadline passed",
      "└─ last      task   #14  running    10 ms",
      "channel c, by main: items 3, capacity 16 (permits, by #99, which has ended)",
      "! laggard: inner"
    ])
  })

  it("shows some of the siblings that look alike with all below them, and how many more there are [S-311]", () => {
    const many = Array.from({ length: 10_000 }, (_, index) => [
      node(2 * index + 2, 1, `w${index}`, { age: index }),
      node(2 * index + 3, 2 * index + 2, `s${index}`, { kind: "scope" })
    ]).flat()
    const odd = node(30_000, 1, "odd", { state: "waiting", waitsFor: { on: "x", for: 1 } })
    expect(
      toText(shot([main, ...many, odd]), { alike: 1 })
        .split("\n")
        .slice(1)
    ).toEqual([
      "main      group  #1      running  10 ms",
      "├─ w0     task   #2      running   0 ms",
      "│  └─ s0  scope  #3      running  10 ms",
      "├─ … 9,999 more like w1",
      "└─ odd    task   #30000  waiting  10 ms  1 ms for x"
    ])
  })

  it("shows a tree that is too deep for a line down to where it fits, and how much more there is [S-311]", () => {
    const deep = Array.from({ length: 20_000 }, (_, index) => node(index + 1, index === 0 ? undefined : index, "n"))
    const lines = toText(shot(deep)).split("\n")
    expect(lines).toHaveLength(43)
    expect(lines.at(-1)!.trimStart()).toBe("└─ … 19,959 more below")
  })

  it("shows by its number every character that moves the cursor, turns the text or hides [S-312]", () => {
    const hostile = "a\u001b[31m\n\r\t\u0007\u009b\u202e\u2066\u200b\u2028\ud800\u00ad\u3164z"
    const text = toText(
      shot([node(1, undefined, hostile, { state: "waiting", waitsFor: { on: hostile, for: 1 } })], {
        program: hostile,
        resources: [{ id: 1, kind: hostile, name: hostile, age: 1, state: { [hostile]: hostile } }]
      })
    )
    expect(text.split("\n")).toHaveLength(3)
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
    expect(text).toContain("a\\u{1b}[31m\\n\\r\\t\\u{7}")
    expect(toText(shot([node(1, undefined, "x".repeat(10_000))])).length).toBeLessThan(200)
  })
})
