import { Deferred, Duration, Effect, Option } from "effect"
import type { HttpClient } from "effect/http"
import { TaskGroup, Timeout } from "ferrule"
import { Progress } from "../cli/Demo.ts"
import { type Answer, get, hopelessPath, load } from "./loadClient.ts"
import type { Options } from "./Options.ts"
import type { Stats } from "./serve.ts"
import type { Upstream } from "./Upstream.ts"
import { waitUntil } from "./waitUntil.ts"

/** What the acts of the demo play with. */
export interface Stage {
  readonly client: HttpClient.HttpClient
  readonly url: string
  readonly options: Options
  readonly stats: Stats
  readonly upstream: Upstream
  readonly stop: Deferred.Deferred<void>
}

const count = (answers: ReadonlyArray<Answer>, answer: Answer): number =>
  answers.filter((each) => each === answer).length

/** First act: many requests at once, some of which nobody could answer in time. */
export const loadServer = Effect.fnUntraced(function* (stage: Stage) {
  const { line, status } = yield* Progress
  const { options, stats } = stage
  const [elapsed, answers] = yield* load(stage.client, stage.url, {
    requests: options.requests,
    concurrency: options.concurrency,
    onAnswer: (done) => status(`  ${done} of ${options.requests} requests answered, ${stats.running} in flight`)
  }).pipe(Effect.timed)
  yield* status("")
  const result = {
    answered: count(answers, "answered"),
    timedOut: count(answers, "timedOut"),
    failed: count(answers, "failed")
  }
  yield* line(
    `  ${options.requests} requests in ${Duration.toSeconds(elapsed).toFixed(2)} s: ${result.answered} answered, ` +
      `${result.timedOut} too late, ${result.failed} failed; up to ${stats.maxRunning} at once, a task each, in one thread`
  )
  return result
})

/** Sends `size` requests at once and completes when all of them wait for the upstream. */
const sendAll = <N extends string>(group: TaskGroup.TaskGroup<N>, stage: Stage, size: number, path: string) =>
  Effect.gen(function* () {
    const expected = stage.upstream.calls.started + size
    const tasks: Array<TaskGroup.Task<Answer, never>> = []
    for (let i = 0; i < size; i++) tasks.push(yield* group.spawn(get(stage.client, stage.url + path)))
    yield* waitUntil(() => stage.upstream.calls.started >= expected).pipe(Timeout.moveOnAfter("5 seconds"))
    return tasks
  })

const impatient = 10

/** Second act: clients hang up in the middle; their tasks are cancelled, and only theirs. */
export const hangUp = (stage: Stage) =>
  TaskGroup.run("impatient", function* (group) {
    const tasks = yield* sendAll(group, stage, impatient, hopelessPath)
    for (const task of tasks) yield* task.cancel("lost patience")
  })

/** Third act: the server stops while requests are in flight, and none of them fails. */
export const drainServer = (stage: Stage) =>
  TaskGroup.run("patient", function* (group) {
    const { line } = yield* Progress
    const size = Math.min(stage.options.concurrency, 100)
    const path = `/wait/${Math.round(stage.options.deadline / 2)}`
    const tasks = yield* sendAll(group, stage, size, path)
    yield* Deferred.succeed(stage.stop, undefined)
    const answers: Array<Answer> = []
    for (const task of tasks) answers.push(yield* task.join)
    const refused = (yield* get(stage.client, stage.url + path)) === "failed"
    yield* line(
      `  stopped with ${stage.stats.drained} requests in flight: ${count(answers, "answered")} answered, ` +
        `${count(answers, "failed")} failed, ${refused ? "a new one is refused" : "yet a new one is taken"}`
    )
    return { failed: count(answers, "failed") }
  })

/** Last act: nothing is left behind. Gives what is still running at the upstream, which should be nothing. */
export const countZombies = Effect.fnUntraced(function* (stage: Stage) {
  const { line } = yield* Progress
  const { calls } = stage.upstream
  const quiet = yield* waitUntil(() => calls.running === 0).pipe(Timeout.moveOnAfter("1 second"))
  const zombies = Option.isSome(quiet) ? 0 : calls.running
  const reasons = Array.from(stage.stats.cancelled, ([reason, times]) => `${times} because ${reason}`).join(", ")
  yield* line(`  upstream calls cancelled: ${reasons}; the upstream saw ${calls.aborted} connections dropped`)
  yield* line(`  upstream calls still running for nobody: ${zombies}`)
  return zombies
})
