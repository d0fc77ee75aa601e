import fc from "fast-check"
import type { Program } from "../Program.ts"

/** Small programs of a kind that a seed decides, each of which says in its claim what it does. */
export type RandomPrograms = (seed: number, count: number) => ReadonlyArray<Program>

/** Makes a program of every sample. */
export const randomPrograms =
  <A>(samples: fc.Arbitrary<A>, programOf: (sample: A) => Program): RandomPrograms =>
  (seed, count) =>
    fc.sample(samples, { seed, numRuns: count }).map(programOf)

/** Two or three tasks of one to three steps each, and who is cancelled when. */
export const tasksOf = <Step>(step: fc.Arbitrary<Step>): fc.Arbitrary<Tasks<Step>> =>
  fc.record({
    tasks: fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 3 }),
    cancelled: fc.option(
      fc.record({
        task: fc.nat({ max: 1 }),
        by: fc.constantFrom("interrupt" as const, "scope" as const, "task" as const),
        after: fc.constantFrom(0, 0, 0, 1)
      }),
      { nil: undefined, freq: 4 }
    )
  })

export interface Tasks<Step> {
  readonly tasks: ReadonlyArray<ReadonlyArray<Step>>
  readonly cancelled:
    | { readonly task: number; readonly by: "interrupt" | "scope" | "task"; readonly after: number }
    | undefined
}
