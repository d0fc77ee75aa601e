import { parentPort, workerData } from "node:worker_threads"
import { Effect } from "effect"
import { programs } from "./programs.ts"
import { runCancelled } from "./runCancelled.ts"

const run = async (id: string): Promise<void> => {
  const program = programs.find((candidate) => candidate.id === id)
  if (program === undefined) throw new Error(`there is no program "${id}"`)
  parentPort?.postMessage(await Effect.runPromise(runCancelled(program, workerData as number | undefined)))
}

parentPort?.on("message", (id: string) => void run(id))
