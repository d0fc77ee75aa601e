/** Explores a package in a process of its own: each has a core, and none sees what another has left in memory. */
import { fork } from "node:child_process"
import type { Area } from "./areas.ts"
import { Row } from "./Row.ts"
import type { Tried } from "./tryProgram.ts"

interface Message {
  readonly kind: "claimed" | "made"
  readonly tried: Omit<Tried, "complete"> & { readonly complete: string }
}

/** Rejects when the process ends before it has tried all. */
export const inProcess = (area: Area, size: "short" | "long", seconds: number): Promise<Row> =>
  new Promise((resolve, reject) => {
    const row = new Row(area)
    const began = performance.now()
    const child = fork(new URL("worker.ts", import.meta.url), [area.name, size, String(seconds)])
    const kill = () => child.kill("SIGKILL")
    process.once("exit", kill)
    child.on("message", ({ kind, tried }: Message) => row.add({ ...tried, complete: Number(tried.complete) }, kind))
    child.on("error", reject)
    child.on("close", (status, signal) => {
      process.removeListener("exit", kill)
      row.seconds = (performance.now() - began) / 1_000
      if (status === 0) resolve(row)
      else reject(new Error(`the exploration of ${area.name} ended with ${signal ?? `status ${status}`}`))
    })
  })
