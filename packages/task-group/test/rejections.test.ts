import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { expect, it } from "vitest"

const program = new URL("./support/rejections.ts", import.meta.url).pathname

it("a promise that is rejected and that nobody handles is reported with its task and group", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 15_000 })
  expect(stdout.trim().split("\n").toSorted()).toEqual([
    "rejection in inner/of the inner group",
    "rejection in requests/after a wait",
    "rejection in requests/cancelled, Requested",
    "rejection in requests/direct",
    // Who emits runs the listeners.
    "rejection in requests/emits",
    "rejection in requests/in a fiber",
    "rejection in requests/in a timer",
    "rejection in requests/in an async function",
    "rejection in requests/requests"
  ])
})
