import type { Result } from "./Results.ts"
import { rules } from "./rules.ts"

/** How many mutants of each rule were caught, and how many change nothing. */
export const table = (results: ReadonlyArray<Result>): string => {
  const row = (name: string, of: ReadonlyArray<Result>): string => {
    const survived = of.filter(({ caughtBy }) => caughtBy === null).length
    return `| ${name.padEnd(10)} | ${String(of.length).padStart(7)} | ${String(of.length - survived).padStart(6)} | ${String(survived).padStart(10)} |`
  }
  return [
    "| rule       | mutants | caught | equivalent |",
    "| ---------- | ------: | -----: | ---------: |",
    ...rules.map(({ name }) =>
      row(
        name,
        results.filter(({ rule }) => rule === name)
      )
    ),
    row("all", results)
  ].join("\n")
}
