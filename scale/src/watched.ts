/** Watches the process while something runs in it: how long timers wait, and what garbage collection takes. */
import { PerformanceObserver } from "node:perf_hooks"
import { setTimeout as sleep } from "node:timers/promises"

/** Milliseconds that the watching timer is set for. */
const period = 10

export interface Seen {
  readonly millis: number
  /** The longest that a 10 ms timer took to fire, in milliseconds from when it was set. */
  readonly longestWait: number
  /** The longest of the waits in time that this thread had the processor: a busy machine adds nothing to it. */
  readonly longestBusy: number
  readonly gc: number
  readonly longestGc: number
}

const cpuMillis = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

class WaitingTimer {
  longestWait = 0
  longestBusy = 0
  #setAt = 0
  #cpuAt = 0
  #handle: NodeJS.Timeout | undefined

  set(): void {
    this.#setAt = performance.now()
    this.#cpuAt = cpuMillis()
    this.#handle = setTimeout(() => {
      this.look()
      this.set()
    }, period)
  }

  /** A timer that never gets to fire has waited until now. */
  look(): void {
    this.longestWait = Math.max(this.longestWait, performance.now() - this.#setAt)
    this.longestBusy = Math.max(this.longestBusy, cpuMillis() - this.#cpuAt)
  }

  stop(): void {
    this.look()
    clearTimeout(this.#handle)
  }
}

/** Runs `work` and answers what it gave, and what was seen meanwhile. */
export const watched = async <A>(work: () => Promise<A>): Promise<readonly [A, Seen]> => {
  const pauses: Array<PerformanceEntry> = []
  const observer = new PerformanceObserver((list) => pauses.push(...list.getEntries()))
  observer.observe({ entryTypes: ["gc"] })
  const timer = new WaitingTimer()
  const started = performance.now()
  timer.set()
  const value = await work()
  timer.stop()
  const ended = performance.now()
  // The observer hears of a pause some turns after it.
  await sleep(2 * period)
  observer.disconnect()
  const durations = pauses
    .filter((pause) => pause.startTime >= started && pause.startTime < ended)
    .map((pause) => pause.duration)
  return [
    value,
    {
      millis: ended - started,
      longestWait: timer.longestWait,
      longestBusy: timer.longestBusy,
      gc: durations.reduce((sum, duration) => sum + duration, 0),
      longestGc: Math.max(0, ...durations)
    }
  ]
}

const round = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 2 : 0 })

/** One line of figures: `count` things done in what was seen. */
export const figures = (what: string, count: number, seen: Seen): string =>
  [
    `${what}: ${count.toLocaleString("en")} in ${round(seen.millis)} ms, ${round((seen.millis * 1000) / count)} µs each`,
    `without GC ${round(((seen.millis - seen.gc) * 1000) / count)} µs each`,
    `GC ${round(seen.gc)} ms, longest ${round(seen.longestGc)} ms`,
    `10 ms timer after at most ${round(seen.longestWait)} ms (${round(seen.longestBusy)} ms of processor)`,
    `peak RSS ${round(process.resourceUsage().maxRSS / 1024)} MB`
  ].join(" · ")
