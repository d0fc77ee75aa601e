import { readdirSync, readFileSync } from "node:fs"

/** The state of a thread, as Linux tells it: after its name, which stands in brackets and may hold anything. */
const stateIn = (stat: string): string => stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3)

/**
 * Whether a process does nothing at this moment: none of its threads runs, or would if it were given a processor, and it
 * waits for no process of its own. Where the system does not tell, it is never asleep.
 */
export const isAsleep = (pid: number): boolean => {
  const folder = `/proc/${pid}/task`
  try {
    return readdirSync(folder).every(
      (thread) =>
        stateIn(readFileSync(`${folder}/${thread}/stat`, "utf8")) === "S" &&
        readFileSync(`${folder}/${thread}/children`, "utf8").trim() === ""
    )
  } catch {
    return false
  }
}
