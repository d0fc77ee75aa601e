import { availableParallelism } from "node:os"
import { Worker } from "node:worker_threads"
import type { CancelledVerdict } from "./runCancelled.ts"

const nothing = { steps: 0, runs: 0, points: 0, millis: 0 }

/** Takes one id after the other from the list, until it is empty or the worker is gone. */
const workThrough = (
  left: Array<string>,
  samples: number | undefined,
  tell: (verdict: CancelledVerdict) => void
): Promise<void> =>
  new Promise((resolve) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: samples })
    let present: string | undefined
    const next = () => {
      present = left.shift()
      if (present === undefined) void worker.terminate()
      else worker.postMessage(present)
    }
    const fail = (failure: string) => {
      if (present !== undefined) tell({ id: present, ...nothing, failure })
      present = undefined
      void worker.terminate()
    }
    worker.on("message", (verdict: CancelledVerdict) => {
      tell(verdict)
      next()
    })
    worker.on("error", (error) =>
      fail(`took the process down: ${error instanceof Error ? error.message : String(error)}`)
    )
    worker.on("exit", () => {
      fail("ended the process")
      resolve(left.length === 0 ? undefined : workThrough(left, samples, tell))
    })
    next()
  })

/** Cancels the programs with these ids everywhere, several at once; the verdicts come in the order of the ids. */
export const cancelAll = async (
  ids: ReadonlyArray<string>,
  samples: number | undefined
): Promise<ReadonlyArray<CancelledVerdict>> => {
  const verdicts = new Map<string, CancelledVerdict>()
  const left = [...ids]
  const workers = Array.from({ length: Math.min(availableParallelism(), ids.length) }, () =>
    workThrough(left, samples, (verdict) => void verdicts.set(verdict.id, verdict))
  )
  await Promise.all(workers)
  return ids.flatMap((id) => verdicts.get(id) ?? [])
}
