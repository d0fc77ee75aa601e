import { Deferred, Duration, Effect } from "effect"
import { CancelScope, TaskGroup } from "ferrule"
import { Progress } from "../cli/Demo.ts"
import type { Options } from "./Options.ts"
import { makeStats, serve, type Stats } from "./serve.ts"
import { startUpstream } from "./Upstream.ts"

const told = (stats: Stats) =>
  `stopped: ${stats.drained} requests were in flight; in all ${stats.answered} answered, ` +
  `${stats.timedOut} past their deadline, ${stats.failed} failed, up to ${stats.maxRunning} at once`

const showStatus = (stats: Stats) =>
  Effect.flatMap(Progress, ({ status }) =>
    Effect.suspend(() => status(`${stats.running} in flight, ${stats.answered} answered`)).pipe(
      Effect.andThen(Effect.sleep(Duration.millis(200))),
      Effect.forever
    )
  )

/**
 * Serves until this is cancelled, which is what Ctrl-C and SIGTERM do. The server is a task behind a shield: the cancel
 * ends the body, whose cleanup asks the server to stop, and the group waits until it has drained.
 */
export const serveUntilSignal = (options: Options) =>
  TaskGroup.run("serve", function* (group) {
    const { line } = yield* Progress
    const stats = makeStats()
    const upstream = yield* startUpstream
    const stop = yield* Deferred.make<void>()
    const server = serve({
      port: options.port,
      deadline: options.deadline,
      upstream: upstream.url,
      stats,
      onListening: (url) => line(`listening on ${url}`),
      stop: Deferred.await(stop)
    })
    yield* group.spawn(
      server.pipe(Effect.andThen(Effect.suspend(() => line(told(stats)))), CancelScope.shield),
      "server"
    )
    return yield* showStatus(stats).pipe(Effect.onInterrupt(() => Deferred.succeed(stop, undefined)))
  })
