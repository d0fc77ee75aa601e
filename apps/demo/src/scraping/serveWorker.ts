// Runs in a thread of its own, started by `serveApart`: serves what it is told to and posts its address.
import { parentPort, workerData } from "node:worker_threads"
import { Effect } from "effect"
import type { Served, ServeMessage } from "./serveApart.ts"
import { serveFolder } from "./serveFolder.ts"
import { localSite } from "./site/localSite.ts"

const post = (message: ServeMessage) => Effect.sync(() => parentPort?.postMessage(message))

// Sound: `serveApart` alone starts this file.
const served = workerData as Served

const serve = served._tag === "Site" ? localSite(served.pages) : serveFolder(served.root)

Effect.runFork(
  serve.pipe(
    Effect.flatMap(({ href }) => post({ _tag: "Serving", href })),
    Effect.andThen(Effect.never),
    Effect.scoped,
    Effect.catch(({ message }) => post({ _tag: "Failed", message }))
  )
)
