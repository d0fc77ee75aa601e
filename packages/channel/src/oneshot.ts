import { openResource } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import type { Channel } from "./Channel.ts"
import { endsOf } from "./internal/ends.ts"
import { OneshotState } from "./internal/OneshotState.ts"

/**
 * How a oneshot is set up.
 *
 * @category models
 * @since 0.1.0
 */
export interface OneshotOptions<in A> {
  /** In messages and reports; `unnamed` without one. */
  readonly name?: string
  /** Is told, once, of each item that was given and that nobody will receive. */
  readonly onUndelivered?: (item: A) => Effect.Effect<void>
}

/**
 * Makes a channel for one item: the first send closes it, and does not wait for the receiver. To reserve the place counts
 * as the send.
 *
 * - **Completes when** called, at once.
 *
 * A second send fails with `ChannelClosed`. A sender that is closed without sending shows the receiver the end; with the
 * receiver gone the send fails, and its item goes to `onUndelivered`.
 *
 * Cancel safety: nothing is lost. A send that is cancelled has sent its item, or has not begun; a receive gives it back.
 *
 * A sender that is forgotten shows nothing, and who asked waits. Let the one who answers `use` it, close it where a
 * question is undelivered, and ask with a timeout.
 *
 * @example A question and its answer
 * ```ts
 * import { Effect } from "effect"
 * import { Channel, TaskGroup } from "ferrule"
 *
 * interface Question {
 *   readonly text: string
 *   readonly answer: Channel.Sender<number>
 * }
 *
 * const program = TaskGroup.run("main", function* (group) {
 *   const questions = yield* Channel.make<Question>("questions")
 *   yield* group.spawn(questions.receiver.forEach(({ text, answer }) => answer.send(text.length)))
 *   const answer = yield* Channel.oneshot<number>("answer")
 *   yield* questions.sender.use((tx) => tx.send({ text: "how long?", answer: answer.sender }))
 *   return yield* answer.receiver.receive
 * })
 * console.log(await Effect.runPromise(program)) // => 9
 * ```
 *
 * @see make for more than one item
 * @category making
 * @since 0.1.0
 */
export const oneshot = <A, E = never>(options?: string | OneshotOptions<A>): Effect.Effect<Channel<A, E>> =>
  Effect.withFiber((fiber) => {
    const { name = "unnamed", onUndelivered } = typeof options === "string" ? { name: options } : (options ?? {})
    const state = new OneshotState<A>()
    state.resource = openResource(fiber, "oneshot", name, state)
    return Effect.succeed(endsOf<A, E>(fiber, name, state, onUndelivered))
  })
