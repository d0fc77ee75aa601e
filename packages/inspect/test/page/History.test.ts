import { describe, expect, it } from "vitest"
import { History, mostEnded } from "../../src/page/History.ts"
import type { NodeInfo, Snapshot } from "../../src/Snapshot.ts"
import type { TimelineEvent } from "../../src/Timeline.ts"

const snapshot = (at: number, nodes: ReadonlyArray<NodeInfo>): Snapshot => ({
  at,
  pid: 1,
  program: "p",
  nodes,
  resources: [],
  findings: []
})

const node = (id: number, more: Partial<NodeInfo> = {}): NodeInfo => ({
  id,
  kind: "task",
  name: `n${id}`,
  state: "running",
  age: 0,
  ...more
})

const event = (
  number: number,
  what: TimelineEvent["what"],
  id: number,
  at: number,
  more: Partial<TimelineEvent> = {}
) => ({
  number,
  what,
  id,
  at,
  ...more
})

const told = (...events: ReadonlyArray<TimelineEvent>): History => {
  const history = new History()
  history.add({ events, last: events.length, lost: 0 })
  return history
}

describe("the history of the page", () => {
  it("is made of events: who began, waited, was cancelled and ended, and when [S-325]", () => {
    const history = told(
      event(1, "started", 7, 100, { name: "a", parent: 3 }),
      event(2, "waits", 7, 110, { on: "x" }),
      event(3, "goesOn", 7, 120),
      event(4, "waits", 7, 130, { on: "y" }),
      event(5, "cancelled", 7, 140, { on: "the deadline passed" }),
      event(6, "ended", 7, 150, { on: "failed" })
    )
    expect(history.lives.get(7)).toEqual({
      id: 7,
      kind: "task",
      name: "a",
      parent: 3,
      from: 100,
      to: 150,
      failed: true,
      cancelled: { at: 140, because: "the deadline passed" },
      waits: [
        { from: 110, to: 120, on: "x" },
        { from: 130, to: 150, on: "y" }
      ],
      info: undefined
    })
    expect(history.last).toBe(6)
  })

  it("has who began before the first event that was kept, from the snapshot [S-325]", () => {
    const history = new History()
    history.see(
      snapshot(1000, [
        node(1, { kind: "group", age: 400 }),
        node(2, { parent: 1, age: 300, waitsFor: { on: "z", for: 50 }, cancel: cancelled(20) })
      ])
    )
    expect(history.lives.get(1)).toMatchObject({ kind: "group", from: 600, to: undefined })
    expect(history.lives.get(2)).toMatchObject({
      from: 700,
      waits: [{ from: 950, on: "z" }],
      cancelled: { at: 980, because: "why" }
    })
  })

  it("ends whoever is missing in a snapshot, though no event said so [S-325]", () => {
    const history = new History()
    history.see(snapshot(1000, [node(1), node(2)]))
    history.see(snapshot(2000, [node(2)]))
    expect(history.lives.get(1)!.to).toBe(2000)
    expect(history.lives.get(2)!.to).toBeUndefined()
  })

  it("forgets who ended before a moment, but not while somebody below is remembered [S-325]", () => {
    const history = told(
      event(1, "started", 1, 0),
      event(2, "started", 2, 0, { parent: 1 }),
      event(3, "started", 3, 0),
      event(4, "ended", 3, 10),
      event(5, "ended", 2, 90),
      event(6, "ended", 1, 40)
    )
    history.forget(50)
    expect([...history.lives.keys()]).toEqual([1, 2])
    history.forget(91)
    expect(history.lives.size).toBe(0)
  })

  it("forgets of very many who have ended in a short time those who did so first, and none who lives [S-334]", () => {
    const history = new History()
    history.add({ events: [event(1, "started", 1, 0)], last: 1, lost: 0 })
    for (let id = 2; id <= mostEnded + 5001; id++) {
      const events = [event(id, "started", id, id, { parent: 1 }), event(id, "ended", id, id)]
      history.add({ events, last: id, lost: 0 })
    }
    history.forget(0)
    expect(history.lives.size).toBe(mostEnded + 1)
    expect([...history.lives.keys()].slice(0, 2)).toEqual([1, 5002])
  })

  it("has nobody of whom only the end was seen: too much happened for the beginning to be kept [S-334]", () => {
    const history = new History()
    const events = [event(50, "waits", 9, 10, { on: "x" }), event(51, "ended", 9, 20), event(52, "waits", 8, 30)]
    history.add({ events, last: 52, lost: 49 })
    history.see(snapshot(100, [node(8, { age: 80, waitsFor: { on: "y", for: 70 } })]))
    expect([...history.lives.keys()]).toEqual([8])
    expect(history.lives.get(8)!.waits).toHaveLength(1)
  })

  it("counts what was lost between two looks, and not what was before the first [S-334]", () => {
    const history = new History()
    history.add({ events: [event(50, "started", 9, 10)], last: 50, lost: 49 })
    expect(history.lost).toBe(0)
    history.add({ events: [event(60, "ended", 9, 20)], last: 60, lost: 9 })
    expect(history.lost).toBe(9)
  })

  it("keeps the latest waits of a node that waits without end [S-325]", () => {
    const events = Array.from({ length: 1000 }, (_, index) => event(index + 1, "waits", 1, index, { on: `w${index}` }))
    const { waits } = told(...events).lives.get(1)!
    expect(waits).toHaveLength(200)
    expect(waits.at(-1)).toEqual({ from: 999, on: "w999" })
  })
})

const cancelled = (ago: number) => ({ reason: "Requested", because: "why", scope: "s", path: ["s"], ago })
