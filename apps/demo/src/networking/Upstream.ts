import { Effect } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { listen, makeNodeServer } from "./listen.ts"

/** What the slow service behind our server saw: every call it got is running, finished or aborted by its caller. */
export interface Calls {
  started: number
  running: number
  aborted: number
}

export interface Upstream {
  readonly url: string
  readonly calls: Calls
}

const defaultWait = 10

/** `/wait/30000` asks for an answer in 30 seconds; any other path for one in 10 milliseconds. */
const waitFor = (path: string): number => Number(/^\/wait\/(\d+)$/.exec(path)?.[1] ?? defaultWait)

const answer = (calls: Calls) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const wait = waitFor(request.url)
    calls.started++
    calls.running++
    yield* Effect.sleep(wait).pipe(
      Effect.onInterrupt(() => Effect.sync(() => calls.aborted++)),
      Effect.ensuring(Effect.sync(() => calls.running--))
    )
    return HttpServerResponse.text(`waited ${wait} ms\n`)
  })

/** Starts a service that takes as long as the path says, so that a run is the same every time. */
export const startUpstream = Effect.gen(function* () {
  const calls: Calls = { started: 0, running: 0, aborted: 0 }
  const { server, url } = yield* listen(makeNodeServer(), 0)
  // effect runs a bare app uninterruptibly (a router's routes it does not): without this a caller that hangs up is not noticed.
  yield* server.serve(Effect.interruptible(answer(calls)))
  const upstream: Upstream = { url, calls }
  return upstream
})
