import { expect, it } from "vitest"
import { isOfRunner, placeOf, stackFrom } from "../../../src/internal/leaks/placeOf.ts"

const stack = (...frames: ReadonlyArray<string>) => ["Error", ...frames.map((frame) => `    at ${frame}`)].join("\n")

it("the place is the innermost line of the user's own code [S-266]", () => {
  const here = (): string | undefined => placeOf(stackFrom(here).stack)
  expect(here()).toMatch(/placeOf\.test\.ts:\d+:\d+$/)
  const frames = [
    "Server.listen (node:net:2139:9)",
    "FiberImpl.runLoop (/app/node_modules/effect/dist/internal/effect.js:1:2)",
    "spawn (/app/node_modules/@ferrule/task-group/dist/index.js:1:2)",
    "new Promise (<anonymous>)",
    "serve (file:///app/src/serve.ts:12:3)",
    "main (/app/src/main.ts:1:2)"
  ]
  expect(placeOf(stack(...frames))).toBe("/app/src/serve.ts:12:3")
  expect(placeOf(stack(...frames.slice(0, 4)))).toBe(undefined)
  expect(placeOf(undefined)).toBe(undefined)
})

it("a place in no function is one, too [S-266]", () => {
  expect(placeOf(stack("node:internal/main:1:2", "async /app/src/main.ts:7:1"))).toBe("/app/src/main.ts:7:1")
})

it("what the test runner begins is its own, though it does so inside a test [S-268]", () => {
  const runner = "update (file:///app/node_modules/vitest/dist/chunks/run.js:1:2)"
  const test = "serve (/app/test/serve.test.ts:1:2)"
  const node = "new Timeout (node:internal/timers:259:5)"
  expect([isOfRunner(stack(node, runner, test)), isOfRunner(stack(node, test, runner))]).toEqual([true, false])
  expect([isOfRunner(stack(node)), isOfRunner(undefined)]).toEqual([false, false])
})
