/** What CI has done so far: the steps, how long each took, and what counts as passed and failed. */
import { writeFileSync } from "node:fs"

interface Counts {
  readonly passed: number
  readonly failed: number
}

/** A check: throws with what is wrong, or answers what it saw; with counts when it stands for many checks. */
export type Check = () => Promise<string | (Counts & { readonly saw: string })>

export class Report {
  #passed = 0
  #failed = 0
  readonly #lines: Array<string> = []
  readonly #countsFile: string | undefined
  readonly #print: (text: string) => void

  /** After every step the counts so far are written to `countsFile`: a run that is killed still has its last line. */
  constructor(countsFile?: string, print: (text: string) => void = console.log) {
    this.#countsFile = countsFile
    this.#print = print
  }

  get failed(): number {
    return this.#failed
  }

  /** Runs one step and prints how it went. Never rejects: the next step runs whatever happened. */
  async step(name: string, check: Check): Promise<boolean> {
    this.#print(`\n=== ${name}`)
    const started = performance.now()
    const counts = await check().then(
      (saw) => (typeof saw === "string" ? { passed: 1, failed: 0, saw } : saw),
      (error: unknown) => ({ passed: 0, failed: 1, saw: error instanceof Error ? error.message : String(error) })
    )
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    const well = counts.failed === 0
    this.#passed += counts.passed
    this.#failed += counts.failed
    this.#print(`${well ? "ok" : "FAILED"}: ${name} (${seconds} s)${counts.saw === "" ? "" : `: ${counts.saw}`}`)
    this.#lines.push(`${well ? "ok    " : "FAILED"} ${seconds.padStart(6)} s  ${name}`)
    if (this.#countsFile !== undefined) writeFileSync(this.#countsFile, this.lastLine)
    return well
  }

  get lastLine(): string {
    return `${this.#passed} passed, ${this.#failed} failed`
  }

  /** All steps, one line each. */
  get summary(): string {
    return this.#lines.join("\n")
  }
}
