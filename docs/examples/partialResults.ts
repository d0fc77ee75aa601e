/**
 * A page made of three parts, each from a service of its own. After 300 milliseconds it shows what is there; what is
 * late has been cancelled, which its service sees, and has something in its place.
 */
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { Data, Effect } from "effect"
import { TaskGroup } from "ferrule"

export class HttpError extends Data.TaggedError("HttpError")<{ readonly url: string; readonly why: string }> {}

const getJson = (url: string): Effect.Effect<unknown, HttpError> =>
  Effect.tryPromise({
    try: async (signal) => {
      const response = await fetch(url, { signal })
      if (!response.ok) throw new Error(`status ${response.status}`)
      return (await response.json()) as unknown
    },
    catch: (error) => new HttpError({ url, why: String(error) })
  })

export const page = (base: string) =>
  Effect.map(
    TaskGroup.settleWithin(
      { user: getJson(`${base}/user`), cart: getJson(`${base}/cart`), adverts: getJson(`${base}/adverts`) },
      "300 millis"
    ),
    ({ adverts, cart, user }) => ({
      user: TaskGroup.valueOr("guest")(user),
      cart: TaskGroup.valueOr([])(cart),
      adverts: TaskGroup.valueOr(["none today"])(adverts)
    })
  )

const hungUp = Promise.withResolvers<void>()

const services = Effect.acquireRelease(
  Effect.callback<Server>((resume) => {
    const server = createServer((request, response) => {
      if (request.url === "/user") response.end(`"Ada"`)
      else if (request.url === "/cart") response.writeHead(503).end()
      // Never answers.
      else response.on("close", () => hungUp.resolve())
    })
    server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
  }),
  (server) => Effect.callback<void>((resume) => void server.close(() => resume(Effect.void)))
)

const program = Effect.gen(function* () {
  const server = yield* services
  console.log(yield* page(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  yield* Effect.promise(() => hungUp.promise)
  console.log("the adverts saw that nobody waits")
})

await Effect.runPromise(Effect.scoped(program))
// => { user: 'Ada', cart: [], adverts: [ 'none today' ] }
// => the adverts saw that nobody waits
