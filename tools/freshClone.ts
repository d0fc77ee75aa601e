/**
 * Does what a newcomer does: clones HEAD into an empty folder, with empty caches and without this repository's Node on
 * the path, and gives one command as the very first: `npm start` in one clone, `npm test` in another.
 *
 * Usage: node tools/freshClone.ts [start] [test]
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { run, runOrThrow } from "./command.ts"
import { root } from "./workspace.ts"

/** This environment without what npm, pnpm and npx put into it, and with all caches in `folder`. */
const bareEnvironment = (folder: string): Record<string, string | undefined> => {
  const removed =
    /^(npm_(package|lifecycle|execpath|node_execpath|command|config_local_prefix)|pnpm_|INIT_CWD$|CI$|NODE$)/i
  const cleared = Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => removed.test(name))
      .map((name) => [name, undefined])
  )
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((entry) => !/node_modules|_npx|pnpm/.test(entry))
  return {
    ...cleared,
    PATH: path.join(delimiter),
    npm_config_cache: join(folder, "npm"),
    XDG_CACHE_HOME: join(folder, "cache"),
    XDG_DATA_HOME: join(folder, "data"),
    XDG_STATE_HOME: join(folder, "state")
  }
}

/** Clones HEAD and runs one command in it. Answers how long the command took. */
export const firstCommand = async (command: "start" | "test"): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), "ferrule-clone-"))
  try {
    const clone = join(folder, "clone")
    const env = bareEnvironment(folder)
    mkdirSync(clone)
    await runOrThrow("git", ["clone", "--quiet", `file://${root}`, clone], { env })
    const ended = await run("npm", [command], { cwd: clone, env, seconds: 300 })
    if (ended.status !== 0) {
      throw new Error(`npm ${command} ended with status ${ended.status}\n${ended.stdout}${ended.stderr}`)
    }
    console.log(ended.stdout.trim().split("\n").slice(-8).join("\n"))
    return ended.seconds
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  const wanted = process.argv.slice(2)
  for (const command of ["start", "test"] as const) {
    if (wanted.length > 0 && !wanted.includes(command)) continue
    const seconds = await firstCommand(command)
    console.log(`npm ${command} as the first command on a bare clone: ${seconds.toFixed(1)} s`)
  }
}
