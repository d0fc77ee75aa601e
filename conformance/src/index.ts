export { runScenario } from "./harness/Scenario.ts"
export { judgeAll } from "./judgeAll.ts"
export { scenarios } from "./scenarios.ts"
