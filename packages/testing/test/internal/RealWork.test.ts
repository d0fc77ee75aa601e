import { describe, expect, it, vi } from "vitest"
import { RealWork } from "../../src/internal/RealWork.ts"

describe("work outside virtual time", () => {
  it("has the timers that code inside begins, and not those that a test runner begins there [S-268]", async () => {
    const work = new RealWork()
    let over = false
    const runners = work.within(() => vi.waitUntil(() => over))
    expect(work.timers).toBe(0)
    const own = work.within(() => setTimeout(() => undefined, 1000))
    expect(work.timers).toBe(1)
    clearTimeout(own)
    over = true
    await runners
    work.stop()
  })
})
