import { expect, it } from "vitest"
import { runScenario, type Scenario } from "../src/harness/Scenario.ts"

/** Makes a test of each scenario, with its id in the name. */
export const proves = (scenarios: ReadonlyArray<Scenario>): void => {
  for (const scenario of scenarios) {
    it(`${scenario.claim} [${scenario.id}]`, { timeout: 60_000 }, async () => {
      const verdict = await runScenario(scenario)
      expect(verdict.reasons).toEqual([])
      expect(verdict.assertions).toBeGreaterThan(0)
    })
  }
}
