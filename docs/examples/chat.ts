/**
 * A chat server: everybody hears what the others say, and who comes and goes. Who cannot keep up is shown the door, and
 * delays nobody; a crash in serving one guest is that guest's alone; and a stop says goodbye before it hangs up.
 */
import { type EventEmitter, once } from "node:events"
import { createConnection, createServer, type AddressInfo } from "node:net"
import { createInterface } from "node:readline"
import { type Duplex, promises } from "node:stream"
import { Console, Data, Deferred, Effect } from "effect"
import { Channel, TaskGroup } from "ferrule"

export class NetError extends Data.TaggedError("NetError")<{ readonly why: string }> {}

export const linesOf = (socket: Duplex) =>
  Channel.fromAsyncIterable(createInterface(socket), { onError: (error) => new NetError({ why: String(error) }) })

/** Ends when the line has left this process; a cancel before that hangs up. */
export const write = (socket: Duplex, text: string) =>
  Effect.callback<void, NetError>((resume) => {
    socket.write(`${text}\n`, (error) => resume(error ? new NetError({ why: error.message }) : Effect.void))
    return Effect.sync(() => void socket.destroy())
  })

/** Ends when the connection has. What was written before is on its way. */
const hangUp = (socket: Duplex) => Effect.ignore(Effect.tryPromise(() => promises.finished(socket.end().destroy())))

type Said = { readonly from: string; readonly text: string }

/** One guest, whose first line is its name. It has left when it hangs up, or lags, or cannot be reached. */
const serve = (room: Channel.Broadcast<Said>, socket: Duplex) =>
  Effect.gen(function* () {
    // Whoever reads or writes is told of an error, too.
    socket.on("error", () => {})
    yield* Effect.addFinalizer(() => hangUp(socket))
    const lines = yield* linesOf(socket)
    const name = yield* lines.receive
    const say = (text: string) => Effect.ignore(room.send({ from: name, text }))
    yield* say(`* ${name} joined`)
    yield* Effect.addFinalizer(() => say(`* ${name} left`))
    const inbox = yield* room.subscribe({ capacity: 64, onLag: "fail" })
    yield* TaskGroup.firstSettled([
      lines.forEach((line) => say(`<${name}> ${line}`)),
      inbox.forEach(({ from, text }) => (from === name ? Effect.void : write(socket, text))),
      // That it lags is told here, too: the task that writes may be stuck.
      Effect.andThen(Channel.select({ lagged: Channel.ended(inbox) }), Effect.never)
    ])
  }).pipe(Effect.ignore)

type Server = EventEmitter & { readonly close: () => unknown }

export const chat = (server: Server, stop: Effect.Effect<void>, log: (text: string) => Effect.Effect<unknown>) =>
  TaskGroup.supervised("chat", function* (group) {
    const room = yield* Channel.broadcast<Said>("room")
    const everything = yield* room.subscribe({ capacity: 64, onLag: "skip" })
    yield* group.spawn(everything.forEach(({ text }) => log(text)))
    server.on("connection", yield* group.handler((socket: Duplex) => serve(room, socket)))
    yield* stop
    server.close()
    yield* Effect.orDie(room.send({ from: "server", text: "* the server stops" }))
    yield* room.close
    yield* group.close({ drain: "200 millis" })
  })

const program = TaskGroup.run("evening", function* (group) {
  const server = createServer().listen(0, "127.0.0.1")
  yield* Effect.promise(() => once(server, "listening"))
  const stop = yield* Deferred.make<void>()
  const said = yield* Channel.make<string>({ name: "said", capacity: "unbounded" })
  yield* group.spawn(chat(server, Deferred.await(stop), said.sender.trySend))
  const visit = (name: string, socket = createConnection((server.address() as AddressInfo).port, "127.0.0.1")) =>
    Effect.as(Effect.andThen(write(socket, name), said.receiver.receive), socket)
  const ann = yield* visit("Ann")
  yield* write(yield* visit("Bob"), "hello")
  yield* said.receiver.receive
  yield* Deferred.succeed(stop, undefined)
  yield* (yield* linesOf(ann)).forEach((line) => Console.log("Ann hears:", line))
})

if (import.meta.main) await Effect.runPromise(program)
// => Ann hears: * Bob joined
// => Ann hears: <Bob> hello
// => Ann hears: * the server stops
