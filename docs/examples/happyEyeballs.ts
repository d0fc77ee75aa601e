/**
 * A host has several addresses and some of them do not work: try them in order, each a moment after the last one or as
 * soon as that has failed, and take the first that answers. The attempts that lost are closed before the connection is
 * given back. (RFC 8305 does this with IPv6 and IPv4.)
 */
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from "node:net"
import { Data, Effect } from "effect"
import { TaskGroup } from "ferrule"

export class NetError extends Data.TaggedError("NetError")<{ readonly port: number; readonly code: string }> {}

/** Connects, and waits for the server's greeting. An attempt that is cancelled closes its socket. */
const connect = (port: number): Effect.Effect<Socket, NetError> =>
  Effect.callback((resume) => {
    const socket = createConnection({ host: "127.0.0.1", port })
    socket.once("data", () => resume(Effect.succeed(socket)))
    socket.once("error", ({ name }: Error) => resume(Effect.fail(new NetError({ port, code: name }))))
    return Effect.sync(() => void socket.destroy())
  })

export const dial = (ports: ReadonlyArray<number>): Effect.Effect<Socket, TaskGroup.AllFailed<NetError>> =>
  TaskGroup.firstSuccess(ports.map(connect), {
    stagger: "50 millis",
    discard: (socket) => Effect.sync(() => socket.destroy())
  })

/** A server on a free port of this machine. It is closed, with its connections, when the resource scope is. */
const serve = (onConnection: (socket: Socket) => void) =>
  Effect.acquireRelease(
    Effect.callback<Server>((resume) => {
      const server = createServer((socket) => {
        socket.on("error", () => {})
        onConnection(socket)
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.callback<void>((resume) => void server.close(() => resume(Effect.void)))
  )

const portOf = (server: Server) => (server.address() as AddressInfo).port

const program = Effect.gen(function* () {
  const leftSilent = Promise.withResolvers<void>()
  // One port where nobody listens any more, one that accepts and never says a word, and one that works.
  const refusing = yield* Effect.scoped(
    Effect.map(
      serve(() => {}),
      portOf
    )
  )
  const silent = yield* serve((socket) => void socket.resume().on("close", () => leftSilent.resolve()))
  const greeting = yield* serve((socket) => void socket.write("220 welcome\r\n"))

  const socket = yield* dial([refusing, portOf(silent), portOf(greeting)])
  console.log("connected to the one that works:", socket.remotePort === portOf(greeting))
  yield* Effect.promise(() => leftSilent.promise)
  console.log("the silent server saw its connection closed")
  socket.destroy()

  const all = yield* Effect.flip(dial([refusing, refusing]))
  console.log(
    all._tag,
    all.errors.map(({ _tag }) => _tag)
  )
})

await Effect.runPromise(Effect.scoped(program))
// => connected to the one that works: true
// => the silent server saw its connection closed
// => AllFailed [ 'NetError', 'NetError' ]
