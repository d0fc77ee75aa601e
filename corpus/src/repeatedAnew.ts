import { execFile } from "node:child_process"
import { promisify } from "node:util"

/** The names of the bugs that their tokens repeat in a fresh process, three times of three. */
export const repeatedAnew = async (tokens: Readonly<Record<string, string>>): Promise<ReadonlySet<string>> => {
  const program = new URL("repeat.ts", import.meta.url).pathname
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(tokens)])
  return new Set(stdout.split("\n"))
}
