import { spawnSync } from "node:child_process"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Builds what is in `go/`, as far as it has changed, and answers where the program is: nowhere without Go. */
export const goProgram = (): string | undefined => {
  const program = join(tmpdir(), `ferrule-benchmarks-go-${process.getuid?.() ?? 0}`)
  const cwd = join(import.meta.dirname, "..", "go")
  const built = spawnSync("go", ["build", "-buildvcs=false", "-o", program, "."], { cwd, encoding: "utf8" })
  if (built.error !== undefined) return undefined
  if (built.status !== 0) throw new Error(`go build ended with status ${built.status}\n${built.stderr}`)
  return program
}
