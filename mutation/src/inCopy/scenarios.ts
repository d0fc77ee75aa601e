/**
 * Judges scenarios one after another, up to the first that fails, and prints its id: in workers, as the command does, or
 * with `--here` in this process, which is faster. With `--reached` it judges all, and prints which sites each reaches.
 *
 * Usage: node mutation/src/inCopy/scenarios.ts [--here | --reached] ID …
 */
import { judgeAll, runScenario, scenarios } from "@ferrule/conformance"

const [how, ...ids] = process.argv.slice(2)
/** So many in one worker. */
const few = 24

const giveUp = (id: string): never => {
  console.log(`failed: ${id}`)
  process.exit(1)
}

if (how === "--here") {
  for (const id of ids) {
    const { passed } = await runScenario(
      scenarios.find((one) => one.id === id)!,
      () => {}
    )
    if (!passed) giveUp(id)
  }
  process.exit(0)
}

if (how === "--reached") {
  const reached = ((globalThis as { __reached?: Set<number> }).__reached = new Set())
  for (const scenario of scenarios) {
    reached.clear()
    const started = performance.now()
    await runScenario(scenario, () => {})
    const millis = Math.round(performance.now() - started)
    console.log(JSON.stringify({ id: scenario.id, millis, reached: [...reached] }))
  }
  process.exit(0)
}

for (let from = 0; from < ids.length; from += few) {
  const verdicts = await judgeAll(ids.slice(from, from + few))
  for (const { id, passed } of verdicts.values()) {
    if (!passed) giveUp(id)
  }
}
process.exit(0)
