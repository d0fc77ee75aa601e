import { expect, it } from "vitest"
import { inProcess } from "../src/inProcess.ts"
import type { Run } from "../src/Run.ts"

const run: Run = {
  name: "a-run",
  claim: "it is killed in time",
  seconds: { long: 0.3, short: 10 },
  go: () => Promise.resolve()
}

/** Makes the run with a program of the test's. */
const made = (program: string, ...flags: ReadonlyArray<string>) => inProcess(run, "short", [...flags, "-e", program])

it("a run that ends well has nothing wrong", async () => {
  expect(await made("")).toBe(undefined)
})

it("a run that rejects has failed", async () => {
  expect(await made("Promise.reject(1)")).toBe("ended with status 1")
})

it("a run that hangs is killed", async () => {
  expect(await inProcess(run, "long", ["-e", "while (true);"])).toBe("did not end within 0.3 s")
})

it("a run that needs more heap than there is has failed", async () => {
  const grows = "const all = []; while (true) all.push(new Array(1000).fill({}))"
  expect(await made(grows, "--max-old-space-size=32")).toMatch(/^ended (by SIG|with status 1)/)
})

it("a run that is not there has failed", async () => {
  expect(await inProcess(run, "short")).toBe("ended with status 1")
})
