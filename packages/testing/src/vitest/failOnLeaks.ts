import * as Cause from "effect/Cause"
import * as V from "vitest"
import { ProcessCheck } from "../internal/leaks/ProcessCheck.ts"
import { allowedTo } from "./mayLeave.ts"
import { testFailure } from "./testFailure.ts"

/**
 * Lets every test fail that leaves something behind, whoever runs its programs: vitest's own `it`, `@effect/vitest`, or
 * this module's. Call it in a setup file of vitest.
 *
 * It sees tasks, scopes and resources of this library, and timers and handles that come from the test. Of a fiber that is
 * in no scope it sees nothing; the tests of this module's `it` do. It cannot tell concurrent tests apart.
 *
 * @example A setup file
 * ```ts no-run
 * import { failOnLeaks } from "@ferrule/testing/vitest"
 *
 * failOnLeaks()
 * ```
 *
 * @see mayLeave for tests that leave something on purpose
 * @category testing
 * @since 0.1.0
 */
export const failOnLeaks = (): void => {
  V.aroundEach(async (runTest, { task }) => {
    const check = new ProcessCheck()
    await check.around(runTest)
    const left = check.left(allowedTo(task))
    // One that fails need not clean up, and says what matters.
    if (left !== undefined && task.result?.state !== "fail") throw testFailure(Cause.fail(left), "")
  })
}
