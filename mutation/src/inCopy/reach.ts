/** In the set-up of test files: writes down which sites the tests of each file have reached. */
import { createHash } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, expect } from "vitest"

const reached = ((globalThis as { __reached?: Set<number> }).__reached ??= new Set())
reached.clear()
const started = performance.now()

// For the processes that it starts.
beforeAll(() => {
  process.env["MUTATION_TEST"] = expect.getState().testPath
})

afterAll(() => {
  delete process.env["MUTATION_TEST"]
  const file = expect.getState().testPath ?? ""
  const name = createHash("sha256").update(file).digest("hex").slice(0, 16)
  const millis = Math.round(performance.now() - started)
  writeFileSync(
    join(process.env["MUTATION_REACHED"]!, `${name}.json`),
    JSON.stringify({ file, millis, reached: [...reached] })
  )
})
