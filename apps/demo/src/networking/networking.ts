import { Deferred, Duration, Effect } from "effect"
import { TaskGroup } from "ferrule"
import { type DemoResult, Progress } from "../cli/Demo.ts"
import { demoCommand } from "../cli/demoCommand.ts"
import { countZombies, drainServer, hangUp, loadServer } from "./acts.ts"
import { makeHttpClient } from "./makeHttpClient.ts"
import { defaults, flags, type Options } from "./Options.ts"
import { makeStats, serve } from "./serve.ts"
import { serveUntilSignal } from "./serveUntilSignal.ts"
import { startUpstream } from "./Upstream.ts"

export { defaults }

export interface Result extends DemoResult {
  readonly demo: "networking"
  readonly requests: number
  readonly answered: number
  /** Requests cut by their deadline: expected, they asked for what takes 30 seconds. */
  readonly timedOut: number
  /** Requests that were neither answered nor cut by their deadline, in any act. */
  readonly failed: number
  /** Requests in flight when the server was told to stop. */
  readonly drained: number
  /** Upstream calls that went on after the request they were for had ended. */
  readonly zombies: number
  /** Upstream calls that were cancelled, by reason. */
  readonly cancelled: Readonly<Record<string, number>>
  readonly maxConcurrent: number
}

const play = (options: Options) =>
  TaskGroup.run("networking", function* (group) {
    const { line } = yield* Progress
    const stats = makeStats()
    const upstream = yield* startUpstream
    const stop = yield* Deferred.make<void>()
    const listening = yield* Deferred.make<string>()
    const server = yield* group.spawn(
      serve({
        port: options.port,
        deadline: options.deadline,
        upstream: upstream.url,
        stats,
        onListening: (url) => Deferred.succeed(listening, url),
        stop: Deferred.await(stop)
      }),
      "server"
    )
    const url = yield* Deferred.await(listening)
    const stage = { client: yield* makeHttpClient, url, options, stats, upstream, stop }
    yield* line(`networking: a server in front of a slow one, ${options.deadline} ms for each request`)
    const load = yield* loadServer(stage)
    yield* hangUp(stage)
    const drain = yield* drainServer(stage)
    yield* server.join
    const zombies = yield* countZombies(stage)
    return {
      demo: "networking" as const,
      requests: options.requests,
      answered: load.answered,
      timedOut: load.timedOut,
      failed: load.failed + drain.failed,
      drained: stats.drained,
      zombies,
      cancelled: Object.fromEntries(stats.cancelled),
      maxConcurrent: stats.maxRunning
    }
  })

/** Plays the demo, or serves until a signal comes. */
export const run = (options: Options) =>
  options.serve
    ? serveUntilSignal(options)
    : Effect.map(Effect.timed(play(options)), ([elapsed, result]): Result => ({
        ...result,
        seconds: Math.round(Duration.toMillis(elapsed)) / 1000
      }))

export const command = demoCommand({
  name: "networking",
  description:
    "An HTTP server that answers many requests in one thread, each a task with a deadline; drains when stopped",
  flags,
  examples: [
    { command: "npm start -- networking --requests 10000 --concurrency 500", description: "More load" },
    { command: "npm start -- networking --serve --port 8080", description: "Serve, to be loaded with wrk or curl" }
  ],
  run
})
