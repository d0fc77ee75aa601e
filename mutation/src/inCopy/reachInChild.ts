/** In processes that a test starts, by `--import`: writes down which sites they have reached, for that test's file. */
import { createHash } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { isMainThread } from "node:worker_threads"

const file = process.env["MUTATION_TEST"]
if (isMainThread && file !== undefined) {
  const reached = ((globalThis as { __reached?: Set<number> }).__reached = new Set())
  process.on("exit", () => {
    const name = createHash("sha256").update(`${file} ${process.pid}`).digest("hex").slice(0, 16)
    writeFileSync(
      join(process.env["MUTATION_REACHED"]!, `${name}.json`),
      JSON.stringify({ file, millis: 0, reached: [...reached] })
    )
  })
}
