import type { Area } from "./areas.ts"
import type { Tried } from "./tryProgram.ts"

/** What was tried of one package. */
export class Row {
  readonly name: string
  readonly programs: number
  readonly rules: number
  made = 0
  random = 0
  priorities = 0
  depthFirst = 0
  /** Programs of which every schedule was tried up to so many preemptions: by that number. */
  readonly #complete = new Map<string, number>()
  readonly failures: Array<Tried> = []
  seconds = 0

  constructor(area: Area) {
    this.name = area.name
    this.programs = area.programs.length
    this.rules = new Set(area.programs.flatMap(({ rules }) => rules)).size
  }

  add(tried: Tried, kind: "claimed" | "made"): void {
    if (kind === "made") this.made++
    this.random += tried.random
    this.priorities += tried.priorities
    this.depthFirst += tried.depthFirst
    if (tried.broken !== undefined) this.failures.push(tried)
    if (tried.depthFirst === 0) return
    const upTo = tried.complete === Infinity ? "all" : String(tried.complete)
    this.#complete.set(upTo, (this.#complete.get(upTo) ?? 0) + 1)
  }

  /** How many programs had all their schedules tried with up to so many preemptions, or with any number. */
  completeUpTo(preemptions: number): number {
    let count = this.#complete.get("all") ?? 0
    for (const [upTo, programs] of this.#complete) if (Number(upTo) >= preemptions) count += programs
    return count
  }
}
