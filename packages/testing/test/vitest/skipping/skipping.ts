/** Tests that would fail, and are not run; and one that is. `skipping.test.ts` runs them. */
import { it } from "../../../src/vitest.ts"
import { Effect } from "effect"

const wouldFail = () => Effect.die("it was run")

it.effect.skip("skipped", wouldFail)
it.effect.skipIf(true)("skipped if so", wouldFail)
it.effect.runIf(false)("not run if not", wouldFail)
it.effect("skipped by an option", wouldFail, { skip: true })
it.effect.skipIf(false)("not skipped if not", wouldFail)
it.effect.runIf(true)("run if so", wouldFail)
