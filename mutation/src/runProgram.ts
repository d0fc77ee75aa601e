import { spawn } from "node:child_process"

export interface Ended {
  readonly status: number | "too long"
  readonly output: string
}

/** What is kept of the output of a program that never stops writing. */
const most = 4_000_000

/** Runs a program of Node and everything it starts, for `seconds` at most. */
export const runProgram = (
  cwd: string,
  args: ReadonlyArray<string>,
  seconds: number,
  env: NodeJS.ProcessEnv = {}
): Promise<Ended> =>
  new Promise((resolve) => {
    // A group of its own: a hanging worker process ends with it.
    const child = spawn(process.execPath, args, {
      cwd,
      detached: true,
      env: { ...process.env, CI: undefined, FORCE_COLOR: "0", ...env }
    })
    let output = ""
    let late = false
    const keep = (part: Buffer): void => {
      if (output.length < most) output += part.toString()
    }
    child.stdout.on("data", keep)
    child.stderr.on("data", keep)
    const timer = setTimeout(() => {
      late = true
      process.kill(-child.pid!, "SIGKILL")
    }, seconds * 1000)
    child.on("close", (status) => {
      clearTimeout(timer)
      resolve({ status: late ? "too long" : (status ?? 1), output })
    })
  })
