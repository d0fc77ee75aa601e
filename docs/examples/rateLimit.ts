/**
 * A client of a service that allows ten requests in a time, three of them at once, and refuses what is more. The limit is
 * put around a request once; who makes requests, and how many at a time, need not care.
 */
import { Clock, Data, Effect } from "effect"
import { Limit, TaskGroup } from "ferrule"

export class TooMany extends Data.TaggedError("TooMany")<{ readonly path: string }> {}

const served: Array<number> = []

/** It refuses a thirteenth within 200 ms, with some patience for requests that are on their way for a little longer. */
const service = (path: string): Effect.Effect<string, TooMany> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    if (served.filter((at) => at > now - 180).length >= 12) return yield* new TooMany({ path })
    served.push(now)
    yield* Effect.sleep("30 millis")
    return `${path}: ok`
  })

export const fetchAll = (paths: Iterable<string>) =>
  Effect.gen(function* () {
    const limit = yield* Limit.rate({ times: 10, per: "200 millis", burst: 3 })
    return yield* TaskGroup.forEach(paths, (path) => service(path).pipe(limit), { limit: 8 })
  })

const paths = Array.from({ length: 20 }, (_, n) => `/${n}`)

const all = await Effect.runPromise(fetchAll(paths))
console.log(all.length, "answers, the last is", all.at(-1))

const unlimited = await Effect.runPromise(Effect.flip(TaskGroup.forEach(paths, service, { limit: 20 })))
console.log("without the limit:", unlimited._tag)
// => 20 answers, the last is /19: ok
// => without the limit: TooMany
