import { parentPort, workerData } from "node:worker_threads"
import type { Message } from "../src/judgeAll.ts"

// Stands in for the real worker: some ids never give way, end the process or throw; the others pass.
for (const id of workerData as ReadonlyArray<string>) {
  if (id === "blocks") while (true);
  if (id === "exits") process.exit(3)
  if (id === "throws") throw new Error("boom")
  const message: Message = { _tag: "Judged", verdict: { id, passed: true, reasons: [], assertions: 1 } }
  parentPort?.postMessage(message)
}
