import * as V from "vitest"
import type { LeftKind } from "../Leftover.ts"

const allowed = new WeakMap<object, Set<LeftKind>>()

/** What a test has said that it leaves. */
export const allowedTo = (test: object): ReadonlyArray<LeftKind> => [...(allowed.get(test) ?? [])]

export const allow = (test: object, kinds: ReadonlyArray<LeftKind>): void => {
  const known = allowed.get(test) ?? new Set()
  for (const kind of kinds) known.add(kind)
  allowed.set(test, known)
}

/**
 * Says what the test that runs leaves behind, and why that is meant, to the check of `failOnLeaks`. Call it anywhere in
 * the test. (Tests of this module's `it` have an option of the same name.)
 *
 * @example A full buffer at the end
 * ```ts no-run
 * import { mayLeave } from "@ferrule/testing/vitest"
 * import { Effect } from "effect"
 * import { Channel } from "ferrule"
 * import { expect, it } from "vitest"
 *
 * it("a full buffer takes no more", () => {
 *   mayLeave(["items"], "nobody reads it")
 *   const program = Effect.gen(function* () {
 *     const { sender } = yield* Channel.make<number>({ capacity: 1 })
 *     yield* sender.send(1)
 *     return yield* sender.trySend(2)
 *   })
 *   expect(Effect.runSync(program)).toBe("full")
 * })
 * ```
 *
 * @see failOnLeaks for the check
 * @category testing
 * @since 0.1.0
 */
export const mayLeave = (kinds: ReadonlyArray<LeftKind>, reason: string): void => {
  const test = V.TestRunner.getCurrentTest()
  if (test === undefined) {
    throw new Error(`no test runs, so nothing can be left ("${reason}"). Call mayLeave in the test that leaves it.`)
  }
  allow(test, kinds)
}
