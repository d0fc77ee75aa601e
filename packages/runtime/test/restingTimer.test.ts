import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { RestingTimer } from "../src/internal/restingTimer.ts"

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length

describe("on a platform whose timers can rest", () => {
  it("one that rests keeps no process alive; set again for no earlier time it arms no second one [S-106]", () => {
    const before = timers()
    const armed = vi.spyOn(globalThis, "setTimeout")
    const timer = new RestingTimer(() => {})
    const soon = performance.now() + 60_000
    timer.set(soon)
    expect(timers()).toBe(before + 1)
    timer.rest()
    expect(timers()).toBe(before)
    timer.set(soon + 1)
    expect(timers()).toBe(before + 1)
    expect(armed).toHaveBeenCalledTimes(1)
    timer.set(soon - 1000)
    expect(armed).toHaveBeenCalledTimes(2)
    timer.rest()
    expect(timers()).toBe(before)
    armed.mockRestore()
  })
})

describe("in time that is moved by hand", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }))
  afterEach(() => void vi.useRealTimers())

  it("fires once, not before its time, and can be set again [S-106]", () => {
    const fired: Array<number> = []
    const start = performance.now()
    const timer = new RestingTimer(() => void fired.push(performance.now() - start))
    timer.set(start + 10)
    vi.advanceTimersByTime(9)
    expect(fired).toEqual([])
    vi.advanceTimersByTime(100)
    expect(fired).toEqual([10])
    timer.set(start + 200)
    vi.advanceTimersByTime(200)
    expect(fired).toEqual([10, 200])
  })

  it("a wait longer than the platform's longest comes in parts [TO-20]", () => {
    const fired: Array<number> = []
    const start = performance.now()
    const month = 31 * 86_400_000
    const timer = new RestingTimer(() => void fired.push(performance.now() - start))
    timer.set(start + month)
    vi.advanceTimersByTime(month - 1)
    expect(fired).toEqual([])
    vi.advanceTimersByTime(1)
    expect(fired).toEqual([month])
  })

  it("one that was moved in fires at the new time only [S-106]", () => {
    const fired: Array<number> = []
    const start = performance.now()
    const timer = new RestingTimer(() => void fired.push(performance.now() - start))
    timer.set(start + 50)
    timer.set(start + 20)
    vi.advanceTimersByTime(100)
    expect(fired).toEqual([20])
  })
})

it("where timers are numbers, one that would rest is cleared [S-106]", () => {
  const cleared: Array<unknown> = []
  vi.stubGlobal("setTimeout", () => 7)
  vi.stubGlobal("clearTimeout", (id: unknown) => void cleared.push(id))
  const timer = new RestingTimer(() => {})
  timer.set(performance.now() + 1000)
  timer.rest()
  vi.unstubAllGlobals()
  expect(cleared).toContain(7)
})
