import type { Reporter, TestCase } from "vitest/node"

/** Says which test begins: of one that hangs nothing else is heard. */
export default class Begins implements Reporter {
  onTestCaseReady(test: TestCase): void {
    console.log(`begins: ${test.module.moduleId} > ${test.fullName.replaceAll(" > ", " ")}`)
  }
}
