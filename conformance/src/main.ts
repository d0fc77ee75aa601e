import { writeFileSync } from "node:fs"
import { judgeAll } from "./judgeAll.ts"
import { scenarioIds } from "./scenarioIds.ts"
import { scenarios } from "./scenarios.ts"
import { type Status, table } from "./table.ts"

// Arguments are beginnings of ids: `pnpm conformance TG CS-04` judges these alone and leaves the results as they are.
const wanted = process.argv.slice(2)
const isWanted = (id: string) => wanted.length === 0 || wanted.some((start) => id.startsWith(start))

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
process.exit(shown.some((id) => statusOf(id) === "fail") ? 1 : 0)
