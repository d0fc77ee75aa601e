/** The example app as CI runs it: through `npm start` as its users do, or as a process that can be signalled. */
import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import { ownEnvironment, run } from "../command.ts"
import { root } from "../workspace.ts"

export type Result = Readonly<Record<string, unknown>>

const parse = (line: string): ReadonlyArray<Result> => {
  try {
    return [JSON.parse(line) as Result]
  } catch {
    return []
  }
}

/** `npm start -- ARGS --json`: the objects it printed, one per demo. */
export const npmStartJson = async (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {}
): Promise<ReadonlyArray<Result>> => {
  const ended = await run("npm", ["start", "--", ...args, "--json"], { env, seconds: 300 })
  if (ended.status !== 0) throw new Error(`ended with status ${ended.status}\n${ended.stdout}${ended.stderr}`)
  const results = ended.stdout.split("\n").flatMap((line) => (line.startsWith("{") ? parse(line) : []))
  if (results.length === 0) throw new Error(`printed no JSON\n${ended.stdout}`)
  for (const result of results) console.log(JSON.stringify(result))
  return results
}

/** The one object of a run of one demo. */
export const npmStartOne = async (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {}
): Promise<Result> => {
  const results = await npmStartJson(args, env)
  const [result] = results
  if (results.length !== 1 || result === undefined) throw new Error(`printed ${results.length} objects instead of one`)
  return result
}

export interface RunningApp {
  readonly process: ChildProcess
  /** Everything it printed so far, on either stream. */
  readonly printed: () => string
  /** Completes with the first output. Rejects when it ends before. */
  readonly firstOutput: Promise<void>
  /** Completes with its exit status, or with the signal that ended it. */
  readonly ended: Promise<number | string>
}

/** Starts the app itself, without npm before it, so that a signal reaches it and its own exit status is seen. */
export const startApp = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}): RunningApp => {
  const child = spawn("node", [join(root, "apps/demo/src/main.ts"), ...args], {
    cwd: root,
    env: { ...ownEnvironment, ...env },
    stdio: ["ignore", "pipe", "pipe"]
  })
  const kill = () => child.kill("SIGKILL")
  process.once("exit", kill)
  let printed = ""
  const ended = new Promise<number | string>((resolve) => {
    child.on("close", (code, signal) => {
      process.removeListener("exit", kill)
      resolve(code ?? signal ?? "nothing")
    })
  })
  const firstOutput = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed += text
        resolve()
      })
    }
    void ended.then((status) => reject(new Error(`ended with ${status} before it said anything`)))
  })
  return { process: child, printed: () => printed, firstOutput, ended }
}

/** Waits for `promise`, at most so long; the app is killed and the wait fails after that. */
export const within = async <A>(seconds: number, app: RunningApp, promise: Promise<A>): Promise<A> => {
  const timer = setTimeout(() => app.process.kill("SIGKILL"), seconds * 1000)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
  }
}
