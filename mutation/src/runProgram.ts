import { spawn } from "node:child_process"
import { isAsleep } from "./isAsleep.ts"

export interface Ended {
  readonly status: number | "hangs"
  readonly output: string
}

export interface Limits {
  /** After so many it hangs, whatever it does. */
  readonly seconds: number
  /** After so many in which it does nothing at all it hangs, too. */
  readonly asleep?: number
}

/** What is kept of the output of a program that never stops writing. */
const most = 4_000_000
/** Milliseconds between two looks. */
const every = 150

/** Runs a program of Node and everything it starts. */
export const runProgram = (
  cwd: string,
  args: ReadonlyArray<string>,
  { asleep = Infinity, seconds }: Limits,
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
    let hangs = false
    let idle = 0
    const keep = (part: Buffer): void => {
      if (output.length < most) output += part.toString()
    }
    child.stdout.on("data", keep)
    child.stderr.on("data", keep)
    const stop = (): void => void process.kill(-child.pid!, "SIGKILL")
    // Nothing of it stays when the runner is stopped.
    process.once("exit", stop)
    const started = performance.now()
    const look = setInterval(() => {
      idle = isAsleep(child.pid!) ? idle + every : 0
      hangs = idle > asleep * 1000 || performance.now() - started > seconds * 1000
      if (!hangs) return
      clearInterval(look)
      stop()
    }, every)
    child.on("close", (status) => {
      clearInterval(look)
      process.off("exit", stop)
      resolve({ status: hangs ? "hangs" : (status ?? 1), output })
    })
  })
