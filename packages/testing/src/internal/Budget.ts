/**
 * What a program may still take: steps at one instant of virtual time, and real time in all.
 *
 * - `spins`: it has taken more steps at this instant than it may.
 * - `stands`: its real time is used up, and virtual time has not moved for half of it.
 * - `late`: its real time is used up.
 */
export type Verdict = "spins" | "stands" | "late"

export class Budget {
  readonly #maxSteps: number
  #patience: number
  #giveUpAt: number
  #since: number
  #stepsBefore = 0

  /** `patience` and `now` are real milliseconds. */
  constructor(maxSteps: number, patience: number, now: number) {
    this.#maxSteps = maxSteps
    this.#patience = patience
    this.#since = now
    this.#giveUpAt = now + patience
  }

  /** Virtual time has moved. */
  moved(steps: number, now: number): void {
    this.#stepsBefore = steps
    this.#since = now
  }

  /** From now on it has so much real time, and all its steps again. */
  renew(patience: number, steps: number, now: number): void {
    this.#patience = patience
    this.#giveUpAt = now + patience
    this.moved(steps, now)
  }

  stepsHere(steps: number): number {
    return steps - this.#stepsBefore
  }

  verdict(steps: number, now: number): Verdict | undefined {
    if (this.stepsHere(steps) > this.#maxSteps) return "spins"
    if (now <= this.#giveUpAt) return undefined
    return now - this.#since > this.#patience / 2 ? "stands" : "late"
  }
}
