/** Runs other programs. */
import { spawn } from "node:child_process"
import { join } from "node:path"
import { root } from "./workspace.ts"

export interface Ended {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
}

export interface Options {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Also prints what the program prints. */
  readonly show?: boolean
  /** The program is killed after this many seconds and counts as failed. */
  readonly seconds?: number
}

const binaries = join(root, "node_modules", ".bin")

/** The environment of this process with the repository's own programs (its Node first) on the path. */
export const ownEnvironment: Record<string, string | undefined> = {
  ...process.env,
  PATH: `${binaries}:${process.env["PATH"] ?? ""}`,
  TURBO_TELEMETRY_DISABLED: "1"
}

/** Runs a program to its end and keeps what it printed. Never rejects: a program that cannot start has status 127. */
export const run = (program: string, args: ReadonlyArray<string>, options: Options = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const started = performance.now()
    const printed = { stdout: "", stderr: "" }
    const child = spawn(program, args, {
      cwd: options.cwd ?? root,
      env: { ...ownEnvironment, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: (options.seconds ?? 600) * 1000,
      killSignal: "SIGKILL"
    })
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        printed[stream] += text
        if (options.show === true) process[stream].write(text)
      })
    }
    const end = (status: number) => resolve({ ...printed, status, seconds: (performance.now() - started) / 1000 })
    child.on("error", (error) => {
      printed.stderr += error.message
      if (options.show === true) console.error(error.message)
      end(127)
    })
    child.on("close", (code) => end(code ?? 1))
  })

/** Runs a program and throws with everything it printed unless it ended with status 0. */
export const runOrThrow = async (
  program: string,
  args: ReadonlyArray<string>,
  options: Options = {}
): Promise<Ended> => {
  const ended = await run(program, args, options)
  if (ended.status === 0) return ended
  throw new Error(`${program} ${args.join(" ")} ended with status ${ended.status}\n${ended.stdout}${ended.stderr}`)
}

/** Runs `work` over the items, at most `limit` at once, and keeps the order of the results. */
export const inParallel = async <Item, Result>(
  items: ReadonlyArray<Item>,
  limit: number,
  work: (item: Item) => Promise<Result>
): Promise<Array<Result>> => {
  const results: Array<Result> = []
  let next = 0
  const worker = async () => {
    while (next < items.length) {
      const index = next++
      results[index] = await work(items[index] as Item)
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
  return results
}
