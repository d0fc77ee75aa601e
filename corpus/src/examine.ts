/** Shows of a planted bug what the corpus claims of each. */
import type { Clean, Found, Hunt } from "./Hunt.ts"
import { huntCut } from "./huntCut.ts"
import { huntOrder } from "./huntOrder.ts"
import type { Planted } from "./Planted.ts"

export interface Effort {
  /** How often the broken program is run on the stock scheduler. */
  readonly usual: number
  readonly seeds: ReadonlyArray<number>
  /** How many schedules of the mended program are tried with each seed. */
  readonly mended: number
}

const seeds = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, seed) => seed)

export const full: Effort = { usual: 2_000, seeds: seeds(20), mended: 1_000 }
/** What CI has time for. */
export const short: Effort = { usual: 200, seeds: seeds(5), mended: 200 }

export interface Examined {
  readonly planted: Planted
  readonly found: ReadonlyArray<Found>
  /** How many tries the other strategies take. */
  readonly byOthers: ReadonlyArray<number | undefined>
  /** How many tries found nothing in the mended program, and which; or none if they did. */
  readonly mended: Clean | undefined
  /** How often of three times its token repeats it, in this process. */
  readonly repeated: number
  /** What is not as the corpus claims. */
  readonly wrong: ReadonlyArray<string>
}

export const huntOf = (planted: Planted): Hunt => (planted._tag === "Cut" ? huntCut(planted) : huntOrder(planted))

const usualFailures = async ({ usual }: Hunt, runs: number): Promise<number> => {
  let failures = 0
  for (let run = 0; run < runs; run++) if (!(await usual())) failures++
  return failures
}

const wrongOf = ({ failure, within }: Planted, found: Found | undefined, seed: number): ReadonlyArray<string> => {
  if (found === undefined) return [`is not found with seed ${seed}`]
  return [
    ...(found.failure === failure ? [] : [`fails with ${found.failure} with seed ${seed}`]),
    ...(found.tries <= within ? [] : [`takes ${found.tries} tries with seed ${seed}`])
  ]
}

const repeatedBy = async (hunt: Hunt, token: string | undefined, failure: string): Promise<number> => {
  let repeated = 0
  for (let time = 0; token !== undefined && time < 3; time++) if ((await hunt.repeat(token)) === failure) repeated++
  return repeated
}

export const examine = async (planted: Planted, effort: Effort): Promise<Examined> => {
  const hunt = huntOf(planted)
  const failures = await usualFailures(hunt, effort.usual)
  const found: Array<Found> = []
  const wrong = failures === 0 ? [] : [`shows in ${failures} of ${effort.usual} runs on the stock scheduler`]
  for (const seed of effort.seeds) {
    const each = await hunt.find(seed)
    wrong.push(...wrongOf(planted, each, seed))
    if (each !== undefined) found.push(each)
  }
  const repeated = await repeatedBy(hunt, found[0]?.token, planted.failure)
  if (repeated < 3) wrong.push(`is repeated ${repeated} times of 3`)
  const byOthers = await hunt.byOthers(effort.seeds)
  const mended = await hunt.mended(effort.seeds, effort.mended)
  if (typeof mended === "string") wrong.push(`is found in the mended program: ${mended}`)
  return { planted, found, repeated, wrong, byOthers, mended: typeof mended === "string" ? undefined : mended }
}
