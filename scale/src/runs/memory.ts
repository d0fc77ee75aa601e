/** A group that feeds itself for ever must not grow: it keeps nothing of tasks that have ended. */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { expect, type Run } from "../Run.ts"
import { respawning } from "./starvation.ts"

const megabytes = (): number => process.memoryUsage().heapUsed / 2 ** 20

const collector = (): (() => void) => {
  setFlagsFromString("--expose-gc")
  // Sound: with the flag, every new context has it.
  return runInNewContext("gc") as () => void
}

/** What is on the heap in the last of so many tasks. */
const inTheLastOf = async (count: number, collect: () => void): Promise<number> => {
  let used = 0
  await respawning(count, () => {
    collect()
    used = megabytes()
  })
  return used
}

export const memoryRuns: ReadonlyArray<Run> = [
  {
    name: "respawning-keeps-nothing",
    claim: "a group in which each task spawns the next holds no more after 200,000 tasks than after 1,000",
    seconds: { long: 60, short: 60 },
    go: async (_size, say) => {
      const collect = collector()
      const after = [1000, 200_000]
      const used: Array<number> = []
      for (const count of after) {
        used.push(await inTheLastOf(count, collect))
        say(`in task ${count.toLocaleString("en")}: ${used.at(-1)?.toFixed(1)} MB on the heap`)
      }
      const [few = NaN, many = NaN] = used
      expect(many - few < 5, `less than 5 MB more, got ${(many - few).toFixed(1)}`)
    }
  }
]
