import type { Runtime } from "ferrule"
import { Data, Effect } from "effect"

/** What a program claimed, and what was not so. */
export class Broken extends Data.TaggedError("Broken")<{ readonly claims: ReadonlyArray<string> }> {
  override get message(): string {
    return this.claims.join("; ")
  }
}

const textOf = (value: unknown): string => JSON.stringify(value) ?? String(value)

/** What one run of a program saw. A claim that does not hold breaks the run, wherever it is made. */
export class World {
  readonly #broken: Array<string> = []
  readonly #reports: Array<Runtime.Report> = []
  /** What happened, in order. */
  readonly log: Array<string> = []

  readonly that = (holds: boolean, claim: string): void => {
    if (!holds) this.#broken.push(claim)
  }

  readonly equal = (actual: unknown, expected: unknown, claim: string): void => {
    const [is, should] = [textOf(actual), textOf(expected)]
    this.that(is === should, `${claim}: expected ${should}, got ${is}`)
  }

  /** The same members, in whatever order. */
  readonly same = (actual: Iterable<unknown>, expected: Iterable<unknown>, claim: string): void =>
    this.equal(Array.from(actual, textOf).toSorted(), Array.from(expected, textOf).toSorted(), claim)

  readonly inOrder = (actual: ReadonlyArray<number>, claim: string): void =>
    this.equal(
      actual,
      actual.toSorted((a, b) => a - b),
      claim
    )

  readonly oneOf = (actual: unknown, expected: ReadonlyArray<unknown>, claim: string): void => {
    const is = textOf(actual)
    this.that(expected.map(textOf).includes(is), `${claim}: got ${is}`)
  }

  readonly note = (entry: string): Effect.Effect<void> => Effect.sync(() => void this.log.push(entry))

  readonly hear = (report: Runtime.Report): Effect.Effect<void> => Effect.sync(() => void this.#reports.push(report))

  /** What the failure hook was told, which must be asked for: whatever nobody asked for breaks the run. */
  readonly told = (): ReadonlyArray<Runtime.Report> => this.#reports.splice(0)

  get verdict(): Effect.Effect<void, Broken> {
    const unheard = this.#reports.map(({ task, kind }) => `the failure hook was told of a ${kind} of "${task}"`)
    const claims = [...this.#broken, ...unheard]
    return claims.length === 0 ? Effect.void : Effect.fail(new Broken({ claims }))
  }
}
