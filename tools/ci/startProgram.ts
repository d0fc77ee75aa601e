import { spawn } from "node:child_process"
import { resolve } from "node:path"
import { ownEnvironment } from "../command.ts"
import { root } from "../workspace.ts"

export interface StartedProgram {
  readonly pid: number
  /** What it printed that was waited for. */
  readonly said: string
  /** Asks it to stop, and completes when it has. */
  readonly end: () => Promise<void>
}

/** Starts a program of this repository, and completes when it has printed what is looked for. */
export const startProgram = (file: string, args: ReadonlyArray<string>, until: RegExp): Promise<StartedProgram> =>
  new Promise((started, failed) => {
    const child = spawn("node", [resolve(root, file), ...args], { cwd: root, env: ownEnvironment })
    process.once("exit", () => child.kill("SIGKILL"))
    const ended = new Promise<void>((over) => child.once("close", () => over()))
    let printed = ""
    const end = async (): Promise<void> => {
      child.kill("SIGTERM")
      const hard = setTimeout(() => child.kill("SIGKILL"), 10_000)
      await ended
      clearTimeout(hard)
    }
    const late = setTimeout(() => child.kill("SIGKILL"), 60_000)
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed += text
        const found = until.exec(printed)
        if (found === null) return
        clearTimeout(late)
        started({ pid: child.pid!, said: found[0], end })
      })
    void ended.then(() => failed(new Error(`${file} ended, or took a minute, before it said ${until}\n${printed}`)))
  })
