/**
 * One peer of one workload in a process of its own, so that nothing another peer did is in its heap or its profiles.
 *
 * It says `ready`; then each line of input is a size and how often, and each answer a line of JSON.
 *
 * Usage: node worker.ts WORKLOAD PEER
 */
import { constants, PerformanceObserver, type PerformanceEntry } from "node:perf_hooks"
import { createInterface } from "node:readline"
import { nextTurn } from "./nextTurn.ts"
import type { Meter } from "./Workload.ts"
import { workloads } from "./workloads.ts"

const [name, peer] = process.argv.slice(2)
const workload = workloads.find((workload) => workload.name === name)
const load = workload?.peers[peer ?? ""]
if (workload === undefined || load === undefined) throw new Error(`there is no peer "${peer}" of "${name}"`)

const nanoseconds = () => performance.now() * 1e6

/** The heap that is in use. Only here garbage is collected on purpose: a full collection slows Effect's code down. */
const heap = () => {
  if (globalThis.gc === undefined) throw new Error("run with --expose-gc")
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

/** Full collections so far. They are told of on a later turn. */
const fullCollections = () => {
  let count = 0
  const add = (entries: ReadonlyArray<PerformanceEntry>) => {
    // Sound: the entries of "gc" have this detail.
    const kinds = entries.map(
      (entry) => (entry as PerformanceEntry & { readonly detail: { kind: number } }).detail.kind
    )
    count += kinds.filter((kind) => kind === constants.NODE_PERFORMANCE_GC_MAJOR).length
  }
  const observer = new PerformanceObserver((list) => add(list.getEntries()))
  observer.observe({ entryTypes: ["gc"] })
  return async () => {
    await nextTurn()
    add(observer.takeRecords())
    return count
  }
}

const collected = workload.messages === undefined ? undefined : fullCollections()

const read = workload.unit === "ns" ? nanoseconds : heap

const run = await load()

/** What this thread has worked, without what it waited for a processor. */
const worked = () => {
  const { system, user } = process.threadCpuUsage()
  return (user + system) * 1000
}

const once = async (size: number) => {
  let from = { value: 0, cpu: 0 }
  let to: typeof from | undefined
  const now = () => ({ value: read(), cpu: worked() })
  const meter: Meter = {
    start: () => {
      to = undefined
      from = now()
    },
    stop: () => {
      to ??= now()
    }
  }
  const began = nanoseconds()
  meter.start()
  const answer = await run(size, meter)
  meter.stop()
  const { cpu, value } = to ?? from
  return { answer, value: value - from.value, cpu: cpu - from.cpu, whole: nanoseconds() - began }
}

/** Repeats the work. All answers have to be the same; each value is that of one time. */
const sample = async (size: number, times: number) => {
  const all = []
  const before = await collected?.()
  for (let i = 0; i < times; i++) all.push(await once(size))
  const answers = [...new Set(all.map(({ answer }) => answer))]
  const after = await collected?.()
  return {
    answer: answers.length === 1 ? answers[0] : null,
    value: all.reduce((sum, { value }) => sum + value, 0) / times,
    cpu: all.reduce((sum, { cpu }) => sum + cpu, 0) / times,
    whole: all.reduce((sum, { whole }) => sum + whole, 0) / times,
    rss: process.resourceUsage().maxRSS * 1024,
    collections: before === undefined || after === undefined ? undefined : (after - before) / times
  }
}

console.log("ready")
for await (const line of createInterface({ input: process.stdin })) {
  const [size = 0, times = 1] = line.split(" ").map(Number)
  console.log(`sample ${JSON.stringify(await sample(size, times))}`)
}
