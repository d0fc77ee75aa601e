/**
 * A host has several addresses and some of them do not work: try them in order, each a moment after the last one or as
 * soon as that has failed, and take the first that answers. The attempts that lost are closed before the connection is
 * given back. (RFC 8305: a home without IPv6, or half of it, costs a moment, not a minute.)
 */
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from "node:net"
import { Data, type Duration, Effect } from "effect"
import { TaskGroup } from "ferrule"

export class NetError extends Data.TaggedError("NetError")<{ readonly port: number; readonly code: string }> {}
export class NoAddresses extends Data.TaggedError("NoAddresses") {}

export interface Address {
  readonly family: 4 | 6
}

/** If the first two are of one family, the first of the other one goes between them. */
export const mixed = <A extends Address>(addresses: ReadonlyArray<A>): ReadonlyArray<A> => {
  const other = addresses.findIndex(({ family }) => family !== addresses[0]?.family)
  return other < 2 ? addresses : addresses.toSpliced(other, 1).toSpliced(1, 0, addresses[other]!)
}

/** The first connection that can be made. `connect` leaves nothing open if it fails, or is cancelled. */
export const dial = <A extends Address, C, E>(
  addresses: ReadonlyArray<A>,
  connect: (address: A) => Effect.Effect<C, E>,
  close: (connection: C) => Effect.Effect<unknown>,
  delay: Duration.Input = "250 millis"
): Effect.Effect<C, NoAddresses | TaskGroup.AllFailed<E>> =>
  addresses.length === 0
    ? new NoAddresses()
    : TaskGroup.firstSuccess(mixed(addresses).map(connect), { stagger: delay, discard: close })

/** Connects, and waits for the server's greeting. An attempt that is cancelled closes its socket. */
const greeted = ({ port }: { readonly port: number }): Effect.Effect<Socket, NetError> =>
  Effect.callback((resume) => {
    const socket = createConnection({ host: "127.0.0.1", port })
    socket.once("data", () => resume(Effect.succeed(socket)))
    socket.once("error", ({ name }: Error) => resume(Effect.fail(new NetError({ port, code: name }))))
    return Effect.sync(() => void socket.destroy())
  })

const hangUp = (socket: Socket) => Effect.sync(() => socket.destroy())

/** Listens on a free port of this machine, which it gives. Closed, with its connections, when the resource scope is. */
const serve = (onConnection: (socket: Socket) => void) =>
  Effect.acquireRelease(
    Effect.callback<Server>((resume) => {
      const server = createServer((socket) => onConnection(socket.on("error", () => {})))
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.callback<void>((resume) => void server.close(() => resume(Effect.void)))
  ).pipe(Effect.map((server) => (server.address() as AddressInfo).port))

const program = Effect.gen(function* () {
  const leftSilent = Promise.withResolvers<void>()
  // One port where nobody listens any more, one that accepts and never says a word, and one that works.
  const refusing = yield* Effect.scoped(serve((socket) => void socket.destroy()))
  const silent = yield* serve((socket) => void socket.resume().on("close", () => leftSilent.resolve()))
  const greeting = yield* serve((socket) => void socket.write("220 welcome\r\n"))
  const addresses = [refusing, silent, greeting].map((port) => ({ family: 4 as const, port }))

  const socket = yield* dial(addresses, greeted, hangUp, "50 millis")
  console.log("connected to the one that works:", socket.remotePort === greeting)
  yield* Effect.promise(() => leftSilent.promise)
  console.log("the silent server saw its connection closed")
  socket.destroy()

  const error = yield* Effect.flip(dial([addresses[0]!, addresses[0]!], greeted, hangUp))
  console.log(error.message)
})

if (import.meta.main) await Effect.runPromise(Effect.scoped(program))
// => connected to the one that works: true
// => the silent server saw its connection closed
// => all 2 attempts failed: NetError; NetError. See errors for each of them.
