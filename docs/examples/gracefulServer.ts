/**
 * A TCP server that can be stopped without failing a request: it stops accepting, answers what it has begun, and gives
 * up after a limit. Each connection is a task, started from node's own callback; that one fails concerns nobody else.
 */
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from "node:net"
import { createInterface } from "node:readline"
import { Data, Deferred, Effect, Stream } from "effect"
import { TaskGroup } from "ferrule"

export class NetError extends Data.TaggedError("NetError")<{ readonly message: string }> {}

/** Listens on a free port of this machine. */
const listen = (onConnection: (socket: Socket) => void): Effect.Effect<Server, NetError> =>
  Effect.callback((resume) => {
    const server = createServer(onConnection)
    server.once("error", ({ message }) => resume(Effect.fail(new NetError({ message }))))
    server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
  })

const linesOf = (socket: Socket) =>
  Stream.fromAsyncIterable(createInterface({ input: socket }), (error) => new NetError({ message: String(error) }))

/** Answers one line with the line in capitals, after some work. A cancel closes the connection, as every end does. */
const handle = (socket: Socket, onRequest: Effect.Effect<unknown>) =>
  Stream.take(linesOf(socket), 1).pipe(
    Stream.runForEach((line) =>
      Effect.gen(function* () {
        yield* onRequest
        yield* Effect.sleep("100 millis")
        socket.write(`${line.toUpperCase()}\n`)
      })
    ),
    Effect.ensuring(Effect.sync(() => socket.end()))
  )

export const serve = (stop: Effect.Effect<void>, onRequest: Effect.Effect<unknown>, onPort: (port: number) => void) =>
  TaskGroup.supervised("server", function* (group) {
    const onConnection = yield* group.handler((socket: Socket) => handle(socket, onRequest))
    const server = yield* Effect.acquireRelease(listen(onConnection), (server) => Effect.sync(() => server.close()))
    onPort((server.address() as AddressInfo).port)
    yield* stop
    server.close()
    yield* group.close({ drain: "10 seconds" })
  })

const ask = (port: number, question: string): Effect.Effect<string, NetError> =>
  Effect.callback((resume) => {
    const socket = createConnection({ host: "127.0.0.1", port }, () => void socket.write(`${question}\n`))
    socket.once("data", (data) => resume(Effect.succeed(String(data).trim())))
    socket.once("error", ({ message }) => resume(Effect.fail(new NetError({ message }))))
    return Effect.sync(() => void socket.destroy())
  })

const program = TaskGroup.run("example", function* (group) {
  const stop = yield* Deferred.make<void>()
  const port = Promise.withResolvers<number>()
  let begun = 0
  // Stops in the middle of the third request.
  const onRequest = Effect.suspend(() => (++begun === 3 ? Deferred.succeed(stop, undefined) : Effect.void))
  const server = yield* group.spawn(serve(Deferred.await(stop), onRequest, port.resolve), "server")
  const address = yield* Effect.promise(() => port.promise)

  console.log(yield* TaskGroup.all(["one", "two", "three"].map((question) => ask(address, question))))
  yield* server.join
  console.log("stopped; to ask it now is a", (yield* Effect.flip(ask(address, "four")))._tag)
})

await Effect.runPromise(program)
// => [ 'ONE', 'TWO', 'THREE' ]
// => stopped; to ask it now is a NetError
