/** Watches the process while something runs in it: how long timers wait, and what garbage collection takes. */
import { PerformanceObserver } from "node:perf_hooks"
import { setTimeout as sleep } from "node:timers/promises"

/** Milliseconds that the watching timer is set for. */
const period = 10

export interface Seen {
  readonly millis: number
  /** Of these, for how many this thread had the processor. */
  readonly busy: number
  /** The longest that a 10 ms timer took to fire, in milliseconds from when it was set. */
  readonly longestWait: number
  /** The longest of the waits without what the machine kept this thread from: its time on the processor, and pauses. */
  readonly longestOwn: number
  readonly gc: number
  readonly longestGc: number
}

interface Span {
  readonly from: number
  readonly to: number
}

interface Wait extends Span {
  /** Milliseconds for which this thread had the processor. */
  readonly busy: number
}

const busyMillis = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** A timer of 10 ms that is set again when it fires. */
class Waits {
  readonly all: Array<Wait> = []
  #from = 0
  #busyFrom = 0
  #handle: NodeJS.Timeout | undefined

  set(): void {
    this.#from = performance.now()
    this.#busyFrom = busyMillis()
    this.#handle = setTimeout(() => {
      this.#look()
      this.set()
    }, period)
  }

  #look(): void {
    this.all.push({ from: this.#from, to: performance.now(), busy: busyMillis() - this.#busyFrom })
  }

  /** A timer that never got to fire has waited until now. */
  stop(): void {
    this.#look()
    clearTimeout(this.#handle)
  }
}

const overlap = (a: Span, b: Span): number => Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from))

/** Pauses are counted whole, though this thread may work in them, too: never too little. */
const own = (wait: Wait, pauses: ReadonlyArray<Span>): number =>
  Math.min(wait.to - wait.from, wait.busy + pauses.reduce((sum, pause) => sum + overlap(wait, pause), 0))

const longest = (durations: Iterable<number>): number => {
  let most = 0
  for (const duration of durations) most = Math.max(most, duration)
  return most
}

/** Runs `work` and answers what it gave, and what was seen meanwhile. */
export const watched = async <A>(work: () => Promise<A>): Promise<readonly [A, Seen]> => {
  const entries: Array<PerformanceEntry> = []
  const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()))
  observer.observe({ entryTypes: ["gc"] })
  const waits = new Waits()
  const from = performance.now()
  const busyFrom = busyMillis()
  waits.set()
  const value = await work()
  waits.stop()
  const busy = busyMillis() - busyFrom
  const whole = { from, to: performance.now() }
  // The observer hears of a pause some turns after it.
  await sleep(2 * period)
  observer.disconnect()
  const pauses = entries
    .map(({ duration, startTime }) => ({ from: startTime, to: startTime + duration }))
    .filter((pause) => overlap(pause, whole) > 0)
  return [
    value,
    {
      millis: whole.to - whole.from,
      busy,
      longestWait: longest(waits.all.map((wait) => wait.to - wait.from)),
      longestOwn: longest(waits.all.map((wait) => own(wait, pauses))),
      gc: pauses.reduce((sum, pause) => sum + overlap(pause, whole), 0),
      longestGc: longest(pauses.map((pause) => pause.to - pause.from))
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
    `10 ms timer after at most ${round(seen.longestWait)} ms (${round(seen.longestOwn)} ms its own)`,
    `peak RSS ${round(process.resourceUsage().maxRSS / 1024)} MB`
  ].join(" · ")
