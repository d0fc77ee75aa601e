/**
 * A chat room over TCP. Whatever one writes all others get, through a broadcast; somebody who does not read is sent
 * away and holds up nobody. A client is a task: whichever of its two halves ends first ends both, and the connection.
 */
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from "node:net"
import { createInterface } from "node:readline"
import { Data, Deferred, Effect, Stream } from "effect"
import { Channel, TaskGroup } from "ferrule"

export class NetError extends Data.TaggedError("NetError")<{ readonly message: string }> {}

interface Message {
  readonly from: Socket
  readonly text: string
}

/** Listens on a free port of this machine. */
const listen = (onConnection: (socket: Socket) => void): Effect.Effect<Server, NetError> =>
  Effect.callback((resume) => {
    const server = createServer(onConnection)
    server.once("error", ({ message }) => resume(Effect.fail(new NetError({ message }))))
    server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
  })

const linesOf = (socket: Socket) =>
  Stream.fromAsyncIterable(createInterface({ input: socket }), (error) => new NetError({ message: String(error) }))

/** Completes when the text is on its way, so that a client who does not read stops its own half alone. */
const write = (socket: Socket, text: string): Effect.Effect<void, NetError> =>
  Effect.callback((resume) => {
    socket.write(`${text}\n`, (error) =>
      resume(error ? Effect.fail(new NetError({ message: error.message })) : Effect.void)
    )
  })

const talk = (socket: Socket, room: Channel.Broadcast<Message>) =>
  Effect.gen(function* () {
    yield* Effect.addFinalizer(() => Effect.sync(() => void socket.destroy()))
    const inbox = yield* room.subscribe({ capacity: 64, onLag: "fail" })
    yield* write(socket, "welcome")
    yield* TaskGroup.firstSettled([
      inbox.forEach(({ from, text }) => (from === socket ? Effect.void : write(socket, text))),
      Stream.runForEach(linesOf(socket), (text) => room.send({ from: socket, text }))
    ])
  })

/** Serves until it is told to stop. That the connection of a client breaks concerns nobody else. */
export const chat = (stop: Effect.Effect<void>, onPort: (port: number) => void) =>
  TaskGroup.supervised("chat", function* (group) {
    const room = yield* Channel.broadcast<Message>("room")
    const onConnection = yield* group.handler((socket: Socket) => talk(socket, room), "client")
    const server = yield* Effect.acquireRelease(listen(onConnection), (server) => Effect.sync(() => server.close()))
    onPort((server.address() as AddressInfo).port)
    yield* stop
    yield* group.close()
  })

/** A client: its lines, and what it writes. Connected once it was welcomed. */
const join = (port: number) =>
  Effect.gen(function* () {
    const socket = yield* Effect.acquireRelease(
      Effect.sync(() => createConnection({ host: "127.0.0.1", port })),
      (socket) => Effect.sync(() => void socket.destroy())
    )
    const lines = yield* Channel.fromStream(linesOf(socket))
    yield* lines.receive
    return { lines, say: (text: string) => write(socket, text) }
  })

const program = TaskGroup.run("example", function* (group) {
  const stop = yield* Deferred.make<void>()
  const port = Promise.withResolvers<number>()
  const server = yield* group.spawn(chat(Deferred.await(stop), port.resolve), "server")
  const address = yield* Effect.promise(() => port.promise)

  const [ada, grace, edsger] = [yield* join(address), yield* join(address), yield* join(address)]
  yield* ada.say("hello")
  console.log("grace:", yield* grace.lines.receive)
  yield* grace.say("hello, Ada")
  console.log("ada:", yield* ada.lines.receive)
  console.log("edsger:", [yield* edsger.lines.receive, yield* edsger.lines.receive])

  yield* Deferred.succeed(stop, undefined)
  yield* server.join
  console.log("stopped:", (yield* edsger.lines.receiveOption)._tag)
})

await Effect.runPromise(program)
// => grace: hello
// => ada: hello, Ada
// => edsger: [ 'hello', 'hello, Ada' ]
// => stopped: None
