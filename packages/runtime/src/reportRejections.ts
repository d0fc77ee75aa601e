import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import { currentNode } from "./currentNode.ts"
import { nodeProcess } from "./internal/asyncContext.ts"
import { nextTurn } from "./internal/nextTurn.ts"
import { type Ask, rejectionsOf } from "./internal/Rejections.ts"
import { wakeQueueOf } from "./WakeQueue.ts"

/**
 * Tells the failure hook of promises that were rejected in the code of tasks and that nobody handles, with the name of
 * the task, until the resource scope ends. Such a promise is out of reach of its group: without this it ends the process.
 *
 * - **Completes when** the process is being listened to, one turn later.
 * - **Dies when** there is no process like Node's, in a browser say.
 * - **When cancelled**, or when the resource scope ends, what was rejected by then is still reported and its reports are
 *   awaited; from then on Node does by itself what it does.
 *
 * Asked in a task, group or scope it is for what is inside; asked outside of all of them, in a layer say, for every task
 * of the process. Asked twice, the innermost ask gets the report, and there is one.
 *
 * What it knows and what it does not:
 * - Code counts as a task's that runs in its fiber or was set off by it: async functions, timers, fibers it forks. A
 *   promise that one task makes and another rejects is the other's (on Node 22 the first's); a listener runs as whoever
 *   emits.
 * - Tasks and scopes that had begun before it was asked for are not known, apart from the one that asks.
 * - A rejection that is not known as a task's is thrown, so that the process ends with it as it does by default. An
 *   `uncaughtException` listener gets it with the origin `uncaughtException`. Where the program has listeners for
 *   `unhandledRejection` of its own, they get every rejection, too, and nothing is thrown.
 * - Every fiber starts a little slower while somebody asks, and not at all when nobody does.
 *
 * @example A promise that a task forgot
 * ```ts
 * import { Effect } from "effect"
 * import { Runtime, TaskGroup } from "ferrule"
 *
 * const forgets = Effect.sync(() => void Promise.reject(new Error("no answer")))
 * const program = Effect.gen(function* () {
 *   yield* Runtime.reportRejections
 *   yield* TaskGroup.run("requests", (group) => group.spawn(forgets, "ping"))
 *   return "all done"
 * })
 * const told = Effect.provideService(Effect.scoped(program), Runtime.failureHook, ({ group, kind, task }) =>
 *   Effect.sync(() => console.log(`${kind} in ${group}/${task}`))
 * )
 * console.log(await Effect.runPromise(told))
 * // => rejection in requests/ping
 * // => all done
 * ```
 *
 * @see failureHook for where the reports go
 * @category hooks
 * @since 0.1.0
 */
export const reportRejections: Effect.Effect<void, never, Scope.Scope> = Effect.withFiber((fiber) => {
  const process = nodeProcess()
  if (process === undefined) return Effect.die(new Error(notHere))
  const rejections = rejectionsOf(wakeQueueOf(fiber), process)
  const ask: Ask = { node: currentNode(fiber), context: fiber.context, reports: new Set() }
  const stop = Effect.suspend(() => {
    rejections.remove(ask)
    return Fiber.awaitAll(ask.reports)
  })
  const asking = Effect.acquireRelease(
    Effect.sync(() => rejections.add(ask)),
    () => Effect.andThen(turn, stop)
  )
  // Only behind a wait is the asynchronous context the fiber's own: before it, whoever started the fiber runs in it, too.
  const enter = Effect.sync(() => ask.node === undefined || rejections.enter(ask.node))
  return Effect.andThen(asking, Effect.andThen(Effect.yieldNow, Effect.asVoid(enter)))
})

const notHere =
  "cannot report floating rejections: there is no process that tells of them. Ask for Runtime.reportRejections on Node only."

/** Node tells of what is rejected in a turn at its end. */
const turn: Effect.Effect<void> = Effect.callback<void>((resume) => void nextTurn(() => resume(Effect.void)))
