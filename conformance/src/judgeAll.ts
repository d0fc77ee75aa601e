import { Worker } from "node:worker_threads"
import type { Verdict } from "./harness/Scenario.ts"

/** What the worker tells: that a round begins, or how a scenario ended. */
export type Message = { readonly _tag: "Round" } | { readonly _tag: "Judged"; readonly verdict: Verdict }

export interface JudgeOptions {
  /** The program of the worker. */
  readonly worker: URL
  /** Milliseconds without a message after which the worker is given up. */
  readonly silenceLimit: number
}

// Longer than the harness's own limit: what only waits is given up in there, with a better reason.
const defaults: JudgeOptions = { worker: new URL("./worker.ts", import.meta.url), silenceLimit: 8_000 }

const failed = (id: string, reason: string): Verdict => ({ id, passed: false, reasons: [reason], assertions: 0 })

/** Judges scenarios in one worker, up to the first that takes the worker down or never gives way. */
const judgeSome = (
  ids: ReadonlyArray<string>,
  { silenceLimit, worker: program }: JudgeOptions
): Promise<ReadonlyArray<Verdict>> =>
  new Promise((resolve) => {
    const worker = new Worker(program, { workerData: ids })
    const verdicts: Array<Verdict> = []
    let timer: NodeJS.Timeout | undefined
    const giveUp = (reason: string) => {
      clearTimeout(timer)
      const present = ids[verdicts.length]
      if (present !== undefined) verdicts.push(failed(present, reason))
      resolve(verdicts)
      void worker.terminate()
    }
    const wait = () => {
      clearTimeout(timer)
      timer = setTimeout(() => giveUp(`hung: the event loop was blocked for ${silenceLimit} ms`), silenceLimit)
    }
    worker.on("message", (message: Message) => {
      wait()
      if (message._tag === "Judged") verdicts.push(message.verdict)
      if (verdicts.length === ids.length) giveUp("")
    })
    worker.on("error", (error) =>
      giveUp(`took the process down: ${error instanceof Error ? error.message : String(error)}`)
    )
    worker.on("exit", () => giveUp("ended the process"))
    wait()
  })

/**
 * Judges the scenarios with these ids, in this order. They run in a worker, so that one that never gives way, or uses
 * up the memory, fails alone.
 */
export const judgeAll = async (
  ids: ReadonlyArray<string>,
  options: JudgeOptions = defaults
): Promise<ReadonlyMap<string, Verdict>> => {
  const verdicts = new Map<string, Verdict>()
  while (verdicts.size < ids.length) {
    for (const verdict of await judgeSome(ids.slice(verdicts.size), options)) verdicts.set(verdict.id, verdict)
  }
  return verdicts
}
