import { type Duration, Effect, Option } from "effect"
import { HttpClient, HttpServerRequest, HttpServerResponse } from "effect/http"
import { CancelScope, TaskGroup, Timeout } from "ferrule"
import { drain } from "./drain.ts"
import { listen, makeNodeServer } from "./listen.ts"
import { makeHttpClient } from "./makeHttpClient.ts"

/** What happened to the requests of one server. */
export interface Stats {
  running: number
  maxRunning: number
  answered: number
  timedOut: number
  /** The upstream or we ourselves broke. */
  failed: number
  /** Requests in flight when the server was asked to stop; all of them are answered. */
  drained: number
  /** Upstream calls that were cancelled, by reason. */
  readonly cancelled: Map<string, number>
}

export const makeStats = (): Stats => ({
  running: 0,
  maxRunning: 0,
  answered: 0,
  timedOut: 0,
  failed: 0,
  drained: 0,
  cancelled: new Map()
})

export interface ServeOptions {
  readonly port: number
  readonly deadline: Duration.Input
  /** Where the slow service is that every request needs. */
  readonly upstream: string
  readonly stats: Stats
  readonly onListening: (url: string) => Effect.Effect<unknown>
  /** Completes when the server is to stop. */
  readonly stop: Effect.Effect<void>
}

/** Why, in words: cleanup reads it from the trace that every cancel carries. */
const why = (trace: CancelScope.CancelTrace): string =>
  trace.reason._tag === "DeadlinePassed"
    ? "the deadline passed"
    : trace.reason._tag === "Requested" && trace.reason.message !== undefined
      ? trace.reason.message
      : trace.reason._tag

const noteCancelled = (stats: Stats) =>
  Effect.map(CancelScope.trace, (trace) => {
    const reason = Option.match(trace, { onNone: () => "unknown", onSome: why })
    stats.cancelled.set(reason, (stats.cancelled.get(reason) ?? 0) + 1)
  })

const plain = (stats: Stats, count: "answered" | "timedOut" | "failed", status: number, text: string) => {
  stats[count]++
  return HttpServerResponse.text(text, { status })
}

/** One request: the same path at the slow upstream, as long as the deadline allows. Never fails, so it needs no supervisor. */
const answer = (client: HttpClient.HttpClient, options: ServeOptions) => {
  const { deadline, stats, upstream } = options
  return Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    stats.running++
    stats.maxRunning = Math.max(stats.maxRunning, stats.running)
    return yield* client.get(upstream + request.url).pipe(
      Effect.flatMap((response) => response.text),
      Effect.onInterrupt(() => noteCancelled(stats)),
      Timeout.failAfter(deadline, { label: "upstream" }),
      Effect.map((text) => plain(stats, "answered", 200, text)),
      Effect.catchTags({
        DeadlineExceeded: (late) => Effect.succeed(plain(stats, "timedOut", 504, `${late.message}\n`)),
        HttpClientError: (error) => Effect.succeed(plain(stats, "failed", 502, `${error.message}\n`))
      }),
      Effect.ensuring(Effect.sync(() => stats.running--))
    )
  })
}

/**
 * Serves until `stop` completes, then drains: the body of the group ends when the last connection is gone, the group
 * when the last task has ended. A client that hangs up cancels its own task, and nothing else.
 */
export const serve = (options: ServeOptions) =>
  TaskGroup.supervised("server", function* (group) {
    const { stats } = options
    let draining = false
    const client = HttpClient.filterStatusOk(yield* makeHttpClient)
    const node = makeNodeServer()
    const { server, url } = yield* listen(node, options.port)
    // effect runs a bare app uninterruptibly (a router's routes it does not): so that a client that hangs up is noticed.
    yield* server.serve(
      Effect.interruptible(
        Effect.gen(function* () {
          const task = yield* group.spawn(answer(client, options))
          const response = yield* task.join.pipe(Effect.onInterrupt(() => task.cancel("the client hung up")))
          return draining ? HttpServerResponse.setHeader(response, "connection", "close") : response
        })
      )
    )
    yield* options.onListening(url)
    yield* options.stop
    yield* drain(node, () => {
      draining = true
      stats.drained = stats.running
    })
  })
