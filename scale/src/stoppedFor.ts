/** Stops a process that has deadlines, and lets it go on. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"

export interface Stopped {
  /** How often each of the deadlines fired. */
  readonly fired: ReadonlyArray<number>
  /** Milliseconds from when the process went on until the last of them had fired. */
  readonly afterMillis: number
  /** Milliseconds that the process itself saw pass until then. */
  readonly waited: number
}

/** Stops `deadlines.ts` for so many milliseconds, from before its deadlines on. */
export const stoppedFor = async (millis: number): Promise<Stopped> => {
  const program = new URL("deadlines.ts", import.meta.url).pathname
  const child = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] })
  const kill = () => child.kill("SIGKILL")
  process.once("exit", kill)
  const lines = createInterface({ input: child.stdout })
  const said: Array<string> = []
  const line = async (): Promise<string> => {
    while (said.length === 0) {
      const [text] = (await once(lines, "line")) as [string]
      said.push(text)
    }
    return said.shift() ?? ""
  }
  await line()
  child.kill("SIGSTOP")
  await sleep(millis)
  const wentOn = performance.now()
  child.kill("SIGCONT")
  const waited = Number(await line())
  const afterMillis = performance.now() - wentOn
  const fired = JSON.parse(await line()) as ReadonlyArray<number>
  process.removeListener("exit", kill)
  return { fired, afterMillis, waited }
}
