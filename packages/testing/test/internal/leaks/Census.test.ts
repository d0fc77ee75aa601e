import type { Observer, Resource } from "@ferrule/runtime"
import { Exit } from "effect"
import { describe, expect, it } from "vitest"
import { Census } from "../../../src/internal/leaks/Census.ts"

const resource = (given: Partial<Resource>, figures: Readonly<Record<string, number | string>> = {}): Resource => ({
  id: 1,
  kind: "channel",
  name: "jobs",
  owner: undefined,
  fiber: 1,
  of: undefined,
  state: () => figures,
  ...given
})

const leftOf = (given: Partial<Resource>, figures?: Readonly<Record<string, number | string>>) => {
  const census = new Census(undefined)
  census.resourceOpened(resource(given, figures))
  return census.held.map(({ count, kind, what }) => ({ count, kind, what }))
}

describe("a resource that is still open", () => {
  it("has left nothing if it holds nothing and nobody waits [S-265]", () => {
    expect(leftOf({}, { items: 0, capacity: 16, sendersWaiting: 0, receiversWaiting: 0 })).toEqual([])
    expect(leftOf({ kind: "semaphore" }, { permits: 2, taken: 1, waiting: 0 })).toEqual([])
  })

  it("has left its items, and its waiters [S-265]", () => {
    expect(leftOf({}, { items: 2, capacity: 16, sendersWaiting: 1, receiversWaiting: 3 })).toEqual([
      { kind: "items", count: 2, what: '2 in channel "jobs"' },
      { kind: "waiters", count: 4, what: '4 waiting for channel "jobs"' }
    ])
  })

  it("has left itself if it was taken, and has to be given back [S-265]", () => {
    expect(leftOf({ kind: "permits", name: "db", of: 7 }, { permits: 3 })).toEqual([
      { kind: "permits", count: 3, what: '3 permits "db"' }
    ])
    expect(leftOf({ kind: "stay", name: "accounts", of: 7 })).toEqual([
      { kind: "permits", count: 1, what: 'stay "accounts"' }
    ])
    expect(leftOf({ kind: "abort listener", name: "request" })).toEqual([
      { kind: "listeners", count: 1, what: 'abort listener "request"' }
    ])
  })
})

describe("what is left is named", () => {
  it("with the groups and tasks that it comes from, although they have ended since [S-266]", () => {
    const census = new Census(undefined)
    census.scopeOpened(1, undefined, "main")
    census.taskStarted(2, 1, "worker")
    census.resourceOpened(resource({ kind: "permits", owner: 2 }, { permits: 1 }))
    census.taskEnded(2, Exit.void)
    census.scopeClosed(1)
    expect(census.held.map(({ path }) => path)).toEqual([["main", "worker"]])
  })

  it("and with the line of code that it comes from [S-266]", () => {
    const census = new Census(undefined)
    census.resourceOpened(resource({ kind: "permits" }, { permits: 1 }))
    expect(census.held[0]?.place).toMatch(/Census\.test\.ts:\d+:\d+$/)
  })

  it("unless it was closed [S-265]", () => {
    const census = new Census(undefined)
    const permits = resource({ kind: "permits" }, { permits: 1 })
    census.resourceOpened(permits)
    census.resourceClosed(permits)
    expect(census.held).toEqual([])
  })
})

it("tasks and scopes that have not ended are known by their paths [S-266]", () => {
  const census = new Census(undefined)
  census.scopeOpened(1, undefined, "main")
  census.taskStarted(2, 1, "worker")
  expect(census.openTasks.map(({ path }) => path)).toEqual([["main"], ["main", "worker"]])
  census.taskEnded(2, Exit.void)
  expect(census.openTasks.map(({ path }) => path)).toEqual([["main"]])
})

it("an observer around it is told everything, too", () => {
  const told: Array<string> = []
  const names = ["taskStarted", "taskWaiting", "taskEnded", "scopeOpened", "scopeCancelled", "scopeClosed"] as const
  const all = [...names, "resourceOpened", "resourceClosed"] as const
  // Sound: it has all that an observer has.
  const outer = Object.fromEntries(all.map((name) => [name, () => told.push(name)])) as unknown as Observer
  const census: Record<string, (...args: ReadonlyArray<unknown>) => void> = new Census(outer) as never
  for (const name of all) census[name]!(resource({}), 1, "name")
  expect(told).toEqual(all)
})
