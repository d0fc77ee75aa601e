import { expect, it } from "@effect/vitest"
import { describe } from "vitest"
import { findingsIn } from "../src/internal/findingsIn.ts"
import type { NodeInfo, ResourceInfo, WaitInfo } from "../src/index.ts"

type Wait = Omit<WaitInfo, "for" | "on">

const node = (id: number, parent: number | undefined, kind: NodeInfo["kind"], wait?: Wait): NodeInfo => ({
  id,
  kind,
  name: `n${id}`,
  ...(parent === undefined ? {} : { parent }),
  state: wait === undefined ? "running" : "waiting",
  age: 2000,
  ...(wait === undefined ? {} : { waitsFor: { on: `x${id}`, for: 1000 + id, ...wait } })
})

const main = node(1, undefined, "group", { group: 1 })

const lock = (id: number, kind = "mutex", owner = 1): ResourceInfo => ({
  id,
  kind,
  name: `r${id}`,
  owner,
  age: 1,
  state: {}
})

const held = (id: number, of: number, owner: number): ResourceInfo => ({
  id,
  kind: "stay",
  name: `r${of}`,
  owner,
  of,
  age: 1,
  state: {}
})

const found = (nodes: ReadonlyArray<NodeInfo>, resources: ReadonlyArray<ResourceInfo> = []) =>
  findingsIn(nodes, resources, 1000)

describe("findings", () => {
  it("show tasks that join each other as a circle, once, and nobody who only waits for one of them [S-307]", () => {
    const tasks = [node(2, 1, "task", { task: 3 }), node(3, 1, "task", { task: 2 }), node(4, 1, "task", { task: 2 })]
    expect(found([main, ...tasks])).toMatchObject([
      {
        _tag: "Deadlock",
        for: 1002,
        circle: [
          { id: 2, name: "n2", on: "x2" },
          { id: 3, name: "n3", on: "x3" }
        ]
      }
    ])
    expect(found([main, ...tasks])[0]!.text).toBe(
      'deadlock for 1.0 s: "n2" for x2, "n3" for x3. Each waits for what the next one has, and the last for what the first has.'
    )
  })

  it("see a circle through locks that are held, and none if another holder can give way [S-307]", () => {
    const tasks = [node(2, 1, "task", { resource: 11 }), node(3, 1, "task", { resource: 10 })]
    const locks = [lock(10), lock(11), held(20, 10, 2), held(21, 11, 3)]
    expect(found([main, ...tasks], locks)).toMatchObject([{ _tag: "Deadlock", circle: [{ id: 2 }, { id: 3 }] }])
    const other = node(4, 1, "task")
    expect(found([main, ...tasks, other], [...locks, held(22, 11, 4)])).toEqual([])
  })

  it("see a lock that is taken by the one who waits for it [S-307]", () => {
    const tasks = [node(2, 1, "task"), node(3, 2, "scope", { resource: 10 })]
    expect(found([main, ...tasks], [lock(10), held(20, 10, 2)])).toMatchObject([
      { _tag: "Deadlock", circle: [{ id: 2, name: "n2", on: "x3" }] }
    ])
  })

  it("see a circle through a group that waits for a task, which waits for who waits for the group [S-307]", () => {
    const inner = [node(2, 1, "task"), node(3, 2, "group", { group: 3 }), node(4, 3, "task", { task: 2 })]
    expect(found([main, ...inner])).toMatchObject([{ _tag: "Deadlock", circle: [{ name: "n3" }, { name: "n4" }] }])
  })

  it("take it well where something is not known: a wait without a number, a task that runs, one that is leaving [S-307]", () => {
    const cancel = { reason: "Requested", because: "asked", scope: "n1", path: ["n1"], ago: 10 }
    expect(found([main, node(2, 1, "task", {}), node(3, 1, "task", { task: 2 })])).toEqual([])
    expect(found([main, node(2, 1, "task", { task: 3 }), node(3, 1, "task")])).toEqual([])
    expect(found([main, node(2, 1, "task", { task: 3 }), { ...node(3, 1, "task", { task: 2 }), cancel }])).toEqual([])
    expect(found([main, node(2, 1, "task", { task: 9 }), node(3, 1, "task", { resource: 99 })])).toEqual([])
  })

  it("name a wait as orphaned for sure if all who hold what it waits for have ended [S-308]", () => {
    const nodes = [main, node(2, 1, "task", { resource: 10 }), node(3, 1, "task")]
    expect(found(nodes, [lock(10), held(20, 10, 77)])).toMatchObject([
      { _tag: "OrphanedWait", id: 2, resource: 10, certain: true, for: 1002 }
    ])
    expect(found(nodes, [lock(10), held(20, 10, 3)])).toEqual([])
  })

  it("name a wait as perhaps orphaned if everybody waits in the part of the tree where it was made [S-308]", () => {
    const other = node(9, undefined, "group")
    const part = [node(2, undefined, "group", { group: 2 }), node(3, 2, "task", { resource: 10 })]
    const channel = lock(10, "channel", 2)
    expect(found([other, ...part], [channel])).toMatchObject([{ _tag: "OrphanedWait", id: 3, certain: false }])
    expect(found([other, ...part, node(4, 2, "task")], [channel])).toEqual([])
    expect(found([other, ...part], [lock(10, "channel", 77)])).toEqual([])
  })

  it("name as laggards only those whom nobody below holds up [S-309]", () => {
    const cancel = { reason: "Requested", because: "asked", scope: "n1", path: ["n1"], ago: 1500 }
    const nodes = [node(1, undefined, "group"), node(2, 1, "task"), node(3, 1, "task")].map((one) => ({
      ...one,
      cancel
    }))
    expect(found([...nodes, { ...node(4, 2, "shield", {}), cancel: { ...cancel, ago: 900 } }])).toMatchObject([
      { id: 3 }
    ])
    expect(found(nodes).map(({ text }) => text)).toEqual([
      'laggard: task "n2" was cancelled 1.5 s ago (asked) and has not stopped.',
      'laggard: task "n3" was cancelled 1.5 s ago (asked) and has not stopped.'
    ])
  })

  it("of ten thousand who wait for each other come in one step that is short [S-307]", () => {
    const size = 10_000
    const chain = Array.from({ length: size }, (_, index) => node(index + 2, 1, "task", { task: index + 3 }))
    expect(found([main, ...chain, node(size + 2, 1, "task")])).toEqual([])
    const line = Array.from({ length: size }, (_, index) => node(index + 2, 1, "task", { resource: 10 }))
    expect(found([main, ...line], [lock(10), held(20, 10, 2)])).toHaveLength(1)
  })
})
