import { CurrentNode } from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type { ReceiverHandle } from "./internal/ReceiverHandle.ts"
import type { Receiver } from "./Receiver.ts"

/**
 * The items of a receiver as a Web stream, received one by one as they are read: it has no buffer.
 *
 * - **Completes when** called, at once. The stream owns the handle from now on.
 * - The end of the channel closes the stream; its failure is the error of the stream, after the items. If the handle is
 *   cancelled before, by hand or because its resource scope closes, that is an error, too: nobody takes a part for all.
 * - **When the stream is cancelled**, the handle is: a receive that is under way takes nothing, or gives it back, and with
 *   the last receiver the producer stops. The promise of `cancel` waits for `onUndelivered`.
 *
 * It belongs to no resource scope and to no task: one that is neither read to its end nor cancelled keeps the handle, and
 * the producer waits. To be sure, read it within the scope of the receiver, which cancels the handle.
 *
 * Cancel safety: nothing is lost, unless whoever reads lets go of a read that waits, with `releaseLock`: the stream keeps
 * what comes then, and drops it when it is cancelled.
 *
 * @example A response that is written while it is read
 * ```ts
 * import { Effect } from "effect"
 * import { Channel, TaskGroup } from "ferrule"
 *
 * const program = TaskGroup.run("page", function* (group) {
 *   const { sender, receiver } = yield* Channel.make<string>("lines")
 *   yield* group.spawn(sender.use((tx) => Effect.forEach(["one ", "two"], tx.send)))
 *   const body = (yield* Channel.toReadableStream(receiver)).pipeThrough(new TextEncoderStream())
 *   return yield* Effect.promise(() => new Response(body).text())
 * })
 * console.log(await Effect.runPromise(program)) // => one two
 * ```
 *
 * @see fromReadableStream for the way back
 * @category converting
 * @since 0.1.0
 */
export const toReadableStream = <A, E>(receiver: Receiver<A, E>): Effect.Effect<ReadableStream<A>> =>
  Effect.withFiber((fiber) => {
    // What is pulled later is no wait of the code that has made the stream.
    const context = Context.add(fiber.context, CurrentNode, undefined)
    // Sound: there is no other kind of receiver.
    const handle = receiver as ReceiverHandle<A, E>
    let pulling: Fiber.Fiber<void> | undefined
    return Effect.sync(
      () =>
        new ReadableStream<A>(
          {
            pull(controller) {
              const one = Effect.matchCause(receiver.receiveOption, {
                // In the very step that takes the item.
                onSuccess: (next) => (Option.isSome(next) ? controller.enqueue(next.value) : end(handle, controller)),
                onFailure: (cause) => controller.error(Cause.squash(cause))
              })
              pulling = Effect.runForkWith(context)(one)
              return Effect.runPromiseWith(context)(Effect.asVoid(Fiber.await(pulling)))
            },
            cancel() {
              // First, and in this step, for the stream takes no item any more: one on its way goes to the next in line.
              pulling?.interruptUnsafe()
              const stopped = pulling === undefined ? Effect.void : Fiber.await(pulling)
              return Effect.runPromiseWith(context)(Effect.andThen(stopped, receiver.cancel))
            }
          },
          // It has no room of its own: what would be there when it is cancelled would be lost.
          { highWaterMark: 0 }
        )
    )
  })

/** Nothing comes any more. Who reads the stream knows nothing of handles: only the end of the channel is one to it. */
const end = ({ cutOff, pipe }: ReceiverHandle<any, any>, controller: ReadableStreamDefaultController<any>): void => {
  const { failure, name } = pipe
  if (cutOff)
    return controller.error(
      new Error(
        `the Web stream of channel "${name}" was cut off: its receiver was cancelled before the end, by hand or because its resource scope has closed. Read the stream within that scope.`
      )
    )
  if (failure !== undefined && Exit.isFailure(failure)) controller.error(Cause.squash(failure.cause))
  else controller.close()
}
