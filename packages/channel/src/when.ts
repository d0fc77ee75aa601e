import type { Clause } from "@ferrule/runtime"
import * as Exit from "effect/Exit"

/**
 * A clause that is there under a condition only. Where it is not, the clause is not made either: what it would send need
 * not exist.
 *
 * @example Take in more only while there is room for it
 * ```ts
 * import { Effect } from "effect"
 * import { Channel } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const inbox = yield* Channel.make<string>({ name: "inbox", capacity: 1 })
 *   yield* inbox.sender.send("a letter")
 *   const full = true
 *   return yield* Channel.select({
 *     letter: Channel.when(!full, () => Channel.receiving(inbox.receiver)),
 *     nothing: Channel.otherwise
 *   })
 * })
 * console.log((await Effect.runPromise(program))._tag) // => nothing
 * ```
 *
 * @see sendingOption for an item that may be missing
 * @category clauses
 * @since 0.1.0
 */
export const when = <A, E>(condition: boolean, clause: () => Clause<A, E>): Clause<A, E> => (condition ? clause() : off)

/** A clause that never commits. */
const off: Clause<never> = {
  poll: () => "never",
  // Neither is ever called: it answers neither "ready" nor "waiting".
  commit: () => Exit.die(new Error("a clause that is off was chosen: report this as a defect of ferrule.")),
  register: () => ({ withdraw: () => {} })
}
