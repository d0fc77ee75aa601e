import { parentPort, workerData } from "node:worker_threads"
import { runScenario } from "./harness/Scenario.ts"
import type { Message } from "./judgeAll.ts"
import { scenarios } from "./scenarios.ts"

const tell = (message: Message) => parentPort?.postMessage(message)

for (const id of workerData as ReadonlyArray<string>) {
  const scenario = scenarios.find((candidate) => candidate.id === id)
  if (scenario === undefined) throw new Error(`there is no scenario "${id}"`)
  const verdict = await runScenario(scenario, () => tell({ _tag: "Round" }))
  tell({ _tag: "Judged", verdict })
}
