/** Makes a run in a process of its own, so that none sees what another has left behind, and none can take all down. */
import { spawn } from "node:child_process"
import type { Run, Size } from "./Run.ts"

/** Megabytes of heap that a run may take. */
const heap = 3072

const programOf = (run: Run, size: Size): ReadonlyArray<string> => [
  `--max-old-space-size=${heap}`,
  ...(run.flags ?? []),
  new URL("runOne.ts", import.meta.url).pathname,
  run.name,
  size
]

const explain = (run: Run, size: Size, status: number | null, signal: string | null): string => {
  if (signal === "SIGKILL") return `did not end within ${run.seconds[size]} s`
  return signal === null ? `ended with status ${status}` : `ended by ${signal}`
}

/** Answers what is wrong, or nothing when all is well. `program` is what node is given. */
export const inProcess = (run: Run, size: Size, program = programOf(run, size)): Promise<string | undefined> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, program, {
      stdio: ["ignore", "inherit", "inherit"],
      timeout: run.seconds[size] * 1000,
      killSignal: "SIGKILL"
    })
    const kill = () => child.kill("SIGKILL")
    process.once("exit", kill)
    child.on("error", (error) => resolve(error.message))
    child.on("close", (status, signal) => {
      process.removeListener("exit", kill)
      resolve(status === 0 ? undefined : explain(run, size, status, signal))
    })
  })
