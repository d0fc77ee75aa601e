/**
 * A TCP server that can be stopped without failing a request: it stops accepting, answers what it has begun, and gives
 * up after a limit. Each connection is a task; that one fails concerns nobody else.
 */
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from "node:net"
import { createInterface } from "node:readline"
import { Data, Deferred, Effect, Stream } from "effect"
import { CancelScope, Channel, TaskGroup } from "ferrule"

export class NetError extends Data.TaggedError("NetError")<{ readonly message: string }> {}

/** Listens on a free port; what connects is an item of a channel. */
const listen = Effect.gen(function* () {
  const connections = yield* Channel.make<Socket>({
    name: "connections",
    capacity: "unbounded",
    onUndelivered: (socket) => Effect.sync(() => void socket.destroy())
  })
  const server = yield* Effect.acquireRelease(
    Effect.callback<Server, NetError>((resume) => {
      const server = createServer((socket) => void connections.sender.trySendUnsafe(socket))
      server.once("error", ({ message }) => resume(Effect.fail(new NetError({ message }))))
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  )
  return { port: (server.address() as AddressInfo).port, connections: connections.receiver, server }
})

/** Answers each line with the line in capitals, after some work. */
const handle = (socket: Socket, onRequest: Effect.Effect<unknown>) =>
  Stream.fromAsyncIterable(
    createInterface({ input: socket }),
    (error) => new NetError({ message: String(error) })
  ).pipe(
    Stream.take(1),
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
  CancelScope.run("serving", (scope) =>
    TaskGroup.supervised("server", function* (group) {
      const { connections, port, server } = yield* listen
      onPort(port)
      const accept = yield* group.spawn(
        connections.use((rx) => rx.forEach((socket) => group.spawn(handle(socket, onRequest)))),
        "accept"
      )
      yield* stop
      server.close()
      yield* accept.cancelAndWait("stopping")
      // The group now waits for what runs. Ten seconds of that are enough.
      yield* scope.setDeadline(yield* CancelScope.after("10 seconds"))
    })
  )

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
  console.log("serving:", (yield* server.join)._tag)
  console.log("afterwards:", (yield* Effect.flip(ask(address, "four")))._tag)
})

await Effect.runPromise(program)
// => [ 'ONE', 'TWO', 'THREE' ]
// => serving: Completed
// => afterwards: NetError
