/**
 * A route that answers at once and leaves the rest to a task, which outlives the request but not the application. The
 * route layer has no requirement left, and that a task can fail with `MailError` is in the type of the application.
 */
import { Data, Deferred, Effect } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { TaskGroup } from "ferrule"

export class MailError extends Data.TaggedError("MailError")<{ readonly order: string }> {}

export const shop = <A>(
  mail: (order: string) => Effect.Effect<void, MailError>,
  visit: (fetch: (path: string) => Effect.Effect<string>) => Effect.Effect<A>
) =>
  TaskGroup.run("shop", function* (group) {
    const inBackground = yield* group.spawner(mail)
    const buy = Effect.gen(function* () {
      const { order } = yield* HttpRouter.params
      yield* inBackground(order ?? "unknown")
      return HttpServerResponse.text(`thanks for ${order}`)
    })
    const routes = HttpRouter.add("POST", "/buy/:order", buy)

    // In a program of yours the routes are served by a server. Here they are called with the requests of the web.
    const { handler } = yield* Effect.acquireRelease(
      Effect.sync(() => HttpRouter.toWebHandler(routes, { disableLogger: true })),
      ({ dispose }) => Effect.promise(dispose)
    )
    return yield* visit((path) =>
      Effect.promise(async () => (await handler(new Request(`http://shop${path}`, { method: "POST" }))).text())
    )
  })

const mailed: Array<string> = []
const postman = Deferred.makeUnsafe<void>()
const mail = (order: string) => Effect.map(Deferred.await(postman), () => void mailed.push(order))

const visit = (fetch: (path: string) => Effect.Effect<string>) =>
  Effect.gen(function* () {
    console.log(yield* fetch("/buy/apples"))
    console.log(yield* fetch("/buy/pears"))
    console.log("mailed so far:", mailed.length)
    yield* Deferred.succeed(postman, undefined)
  })

await Effect.runPromise(shop(mail, visit))
console.log("mailed in the end:", mailed)
// => thanks for apples
// => thanks for pears
// => mailed so far: 0
// => mailed in the end: [ 'apples', 'pears' ]
