import { writeFileSync } from "node:fs"
import { cancelAll } from "./cancelled/cancelAll.ts"
import { cancelledTable } from "./cancelled/cancelledTable.ts"
import { leftOut, programs } from "./cancelled/programs.ts"
import { judgeAll } from "./judgeAll.ts"
import { scenarioIds } from "./scenarioIds.ts"
import { scenarios } from "./scenarios.ts"
import { type Status, table } from "./table.ts"

// Arguments are beginnings of ids: `pnpm conformance TG CS-04` judges these alone and leaves the results as they are.
// With `--cancelled` they are cancelled at every step; of long ones at some, or with `--all` at all.
const options = new Set(process.argv.slice(2).filter((text) => text.startsWith("--")))
const wanted = process.argv.slice(2).filter((text) => !text.startsWith("--"))
const isWanted = (id: string) => wanted.length === 0 || wanted.some((start) => id.startsWith(start))

/** How many points of each kind are tried. */
const samples = 400

const cancelled = async (): Promise<boolean> => {
  const ids = programs.map(({ id }) => id).filter(isWanted)
  const verdicts = await cancelAll(ids, options.has("--all") ? undefined : samples)
  console.log(cancelledTable(verdicts, Object.keys(leftOut).filter(isWanted)))
  return ids.length > 0 && verdicts.every(({ failure }) => failure === undefined)
}

const judged = async (): Promise<boolean> => {
  const shown = scenarioIds.filter(isWanted)
  const written = new Set(scenarios.map(({ id }) => id))
  const verdicts = await judgeAll(shown.filter((id) => written.has(id)))

  const statusOf = (id: string): Status => {
    const verdict = verdicts.get(id)
    if (verdict === undefined) return "todo"
    return verdict.passed ? "pass" : "fail"
  }

  console.log(table(shown, statusOf, verdicts))
  if (wanted.length === 0) {
    const results = Object.fromEntries(scenarioIds.map((id) => [id, statusOf(id)]))
    writeFileSync(new URL("../results.json", import.meta.url), `${JSON.stringify(results, undefined, 2)}\n`)
  }
  return !shown.some((id) => statusOf(id) === "fail")
}

process.exit((await (options.has("--cancelled") ? cancelled() : judged())) ? 0 : 1)
