import { expect, it } from "vitest"
import { watched } from "../src/watched.ts"

const block = (millis: number) => {
  const started = performance.now()
  while (performance.now() - started < millis);
}

it("a timer that cannot fire has waited as long as the program blocked", async () => {
  const [value, seen] = await watched(async () => {
    await new Promise((resolve) => void setImmediate(resolve))
    block(120)
    return "done"
  })
  expect(value).toBe("done")
  expect(seen.longestWait).toBeGreaterThanOrEqual(120)
  expect(seen.millis).toBeGreaterThanOrEqual(120)
  expect(seen.longestOwn).toBeLessThanOrEqual(seen.longestWait)
})

it("a program in which microtasks starve every timer is seen to", async () => {
  const [, seen] = await watched(async () => {
    const started = performance.now()
    while (performance.now() - started < 60) await Promise.resolve()
  })
  expect(seen.longestWait).toBeGreaterThanOrEqual(60)
})

it("pauses of garbage collection are summed, and the longest is told", async () => {
  const kept: Array<unknown> = []
  const [, seen] = await watched(async () => {
    for (let round = 0; round < 200; round++) kept.push(Array.from({ length: 10_000 }, () => ({ round })))
  })
  expect(kept).toHaveLength(200)
  expect(seen.longestGc).toBeGreaterThan(0)
  expect(seen.gc).toBeGreaterThanOrEqual(seen.longestGc)
  expect(seen.gc).toBeLessThanOrEqual(seen.millis)
})

it("a wait in which the thread had nothing to do is not its own", async () => {
  const idle = new Int32Array(new SharedArrayBuffer(4))
  const [, seen] = await watched(async () => {
    await new Promise((resolve) => void setImmediate(resolve))
    Atomics.wait(idle, 0, 0, 300)
  })
  expect(seen.longestWait).toBeGreaterThanOrEqual(300)
  expect(seen.longestOwn).toBeLessThan(200)
})
