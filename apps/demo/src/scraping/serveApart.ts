import { Worker } from "node:worker_threads"
import { Effect, type Scope } from "effect"
import { DemoError } from "../cli/Demo.ts"

/** What can be served: the local site, or a folder by its real path. */
export type Served =
  | { readonly _tag: "Site"; readonly pages: number }
  | { readonly _tag: "Folder"; readonly root: string }

export type ServeMessage =
  | { readonly _tag: "Serving"; readonly href: string }
  | { readonly _tag: "Failed"; readonly message: string }

const addressOf = (worker: Worker): Effect.Effect<URL, DemoError> =>
  Effect.callback((resume) => {
    const fail = (message: string) => resume(Effect.fail(new DemoError({ message, exitCode: 1 })))
    worker.once("error", (error) => fail(`Cannot serve: ${String(error)}`))
    worker.once("message", (message: ServeMessage) =>
      message._tag === "Serving" ? resume(Effect.succeed(new URL(message.href))) : fail(message.message)
    )
  })

/**
 * Serves in a thread of its own until the resource scope closes, and gives the address.
 *
 * It stands for a server elsewhere, so it must not share an event loop with the crawler: Node accepts one connection
 * for each turn of the loop, and while the crawler parses pages a turn takes long.
 */
export const serveApart = (served: Served): Effect.Effect<URL, DemoError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => new Worker(new URL("serveWorker.ts", import.meta.url), { workerData: served })),
    (worker) => Effect.promise(() => worker.terminate())
  ).pipe(Effect.flatMap(addressOf))
