import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { afterAll } from "vitest"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))

// A test that fails midway must not leave its app running.
const running = new Set<() => void>()
afterAll(() => {
  for (const kill of running) kill()
})

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The app in a process of its own, as a user runs it. */
export const startApp = (args: ReadonlyArray<string>, environment: Readonly<Record<string, string>> = {}) => {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...environment } })
  const written = { stdout: "", stderr: "" }
  const listeners = new Set<() => void>()
  const collect = (name: "stdout" | "stderr") =>
    child[name].setEncoding("utf8").on("data", (text: string) => {
      written[name] += text
      for (const listener of listeners) listener()
    })
  collect("stdout")
  collect("stderr")
  const ended = new Promise<Ended>((resolve, reject) => {
    const kill = () => child.kill("SIGKILL")
    running.add(kill)
    child.on("error", reject)
    child.on("close", (status) => {
      running.delete(kill)
      resolve({ status, ...written })
    })
  })
  /** Completes with the first match in what the app has written so far or will write. */
  const seen = (pattern: RegExp) =>
    Promise.race([
      new Promise<RegExpExecArray>((resolve) => {
        const look = () => {
          const match = pattern.exec(written.stdout + written.stderr)
          if (match !== null) resolve(match)
        }
        listeners.add(look)
        look()
      }),
      ended.then((end) =>
        Promise.reject(new Error(`ended with ${end.status} before it wrote ${pattern}: ${end.stderr}`))
      )
    ])
  return { ended, seen, signal: (name: NodeJS.Signals) => child.kill(name), stopReading: () => child.stdout.destroy() }
}

/** Runs the app to its end. */
export const runApp = (args: ReadonlyArray<string>, environment?: Readonly<Record<string, string>>): Promise<Ended> =>
  startApp(args, environment).ended

export const linesOf = (text: string): ReadonlyArray<string> => text.split("\n").filter((line) => line !== "")
