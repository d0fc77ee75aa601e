import { scenarios } from "../src/scenarios.ts"
import { runScenario } from "../src/harness/Scenario.ts"
const found = new Map<string, number>()
for (const s of scenarios) {
  if (s.realClock || s.seeds) continue
  for (let i = 0; i < 5; i++) {
  const v = await runScenario({ ...s, seeds: 100, orders: 0 })
  if (!v.passed) { console.log(s.id, v.reasons[0]!.slice(0, 300)); break }
  }
}
