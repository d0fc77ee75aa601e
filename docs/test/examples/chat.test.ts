import { EventEmitter } from "node:events"
import { type AddressInfo, createConnection, createServer, type Server } from "node:net"
import { type Duplex, duplexPair } from "node:stream"
import { promisify } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import { leavesNothing, VirtualClock } from "@ferrule/testing"
import { Cause, Clock, Deferred, Effect } from "effect"
import { Channel, Runtime, TaskGroup } from "ferrule"
import { chat, linesOf, write } from "../../examples/chat.ts"

/** Connections that are pairs of streams in memory, each of which holds some lines before its reader has to read. */
class MemoryServer extends EventEmitter {
  listens = true

  connect(change: (socket: Duplex) => void = () => {}): Duplex {
    const [client, server] = duplexPair({ highWaterMark: 256 })
    change(server)
    this.emit("connection", server)
    return client
  }

  close(): void {
    this.listens = false
  }
}

/** What a guest hears, with the instants, until the server hangs up. */
class Ear {
  readonly heard: Array<{ readonly line: string; readonly at: number }> = []
  readonly #waiters = new Map<string, () => void>()

  get lines(): ReadonlyArray<string> {
    return this.heard.map(({ line }) => line)
  }

  readonly listen = (socket: Duplex) =>
    Effect.flatMap(linesOf(socket), (lines) =>
      lines.forEach((line) =>
        Effect.map(Clock.currentTimeMillis, (at) => {
          this.heard.push({ line, at })
          this.#waiters.get(line)?.()
        })
      )
    ).pipe(Effect.scoped)

  /** Waits until the line was heard. */
  readonly until = (line: string): Effect.Effect<void> =>
    Effect.callback((resume) => {
      if (this.lines.includes(line)) resume(Effect.void)
      else this.#waiters.set(line, () => resume(Effect.void))
    })
}

const manyLines = Array.from({ length: 1000 }, (_, i) => `line ${i}`.padEnd(20, "."))

/** The lines of the server that stops, and those of a guest who lags, are where they may be. */
const expectHeardByC = (heard: ReadonlyArray<string>, lines: ReadonlyArray<string>) => {
  expect(heard.slice(0, 3)).toEqual(["<A> hi", "* B left", "* D joined"])
  expect(heard.slice(3).filter((line) => line !== "* D left")).toEqual([
    ...lines.map((line) => `<A> ${line}`),
    "* the server stops"
  ])
  expect(heard.filter((line) => line === "* D left")).toHaveLength(1)
  expect(heard.at(-1)).toBe("* the server stops")
}

const heardByA = ["* B joined", "* C joined", "* B left", "<C> yo", "* D joined", "* D left", "* the server stops"]

const silence = () => Effect.void

describe("a chat in memory", () => {
  const script = TaskGroup.run("script", function* (group) {
    const server = new MemoryServer()
    const ears = { A: new Ear(), B: new Ear(), C: new Ear() }
    const log: Array<string> = []
    const open = chat(server, Effect.sleep(1000), (text) => Effect.sync(() => void log.push(text)))
    const serving = yield* group.spawn(open)
    const join = (name: keyof typeof ears | "D") =>
      Effect.gen(function* () {
        const socket = server.connect()
        yield* write(socket, name)
        if (name !== "D") yield* group.spawn(ears[name].listen(socket), name)
        yield* VirtualClock.untilQuiet
        return socket
      })
    const until = (at: number) => Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.sleep(at - now))

    yield* VirtualClock.untilQuiet
    const [a, b, c] = [yield* join("A"), yield* join("B"), yield* join("C")]
    yield* until(10)
    yield* write(a, "hi")
    yield* until(20)
    b.end()
    yield* until(30)
    yield* write(c, "yo")
    yield* until(40)
    yield* join("D")
    yield* until(50)
    for (const line of manyLines) yield* write(a, line)
    yield* serving.join
    return { ears, endedAt: yield* Clock.currentTimeMillis, log, server }
  })

  it.live("tells each what the script says, drops who does not read, and delays nobody for it", () =>
    Effect.gen(function* () {
      const { ears, endedAt, log, server } = yield* VirtualClock.run(script)
      expect(ears.A.lines).toEqual(heardByA)
      expect(ears.B.lines).toEqual(["* C joined", "<A> hi"])
      expectHeardByC(ears.C.lines, manyLines)
      // Nobody lags but D, and no line comes later than it was said.
      expect(log.filter((line) => line.endsWith("left"))).toEqual(["* B left", "* D left"])
      expect(ears.C.heard.at(-2)?.at).toBe(50)
      expect([endedAt, server.listens]).toEqual([1000, false])
    })
  )

  it.live("gives up after 200 ms who does not take the goodbye", () =>
    Effect.gen(function* () {
      const ear = new Ear()
      const evening = TaskGroup.run("evening", function* (group) {
        const server = new MemoryServer()
        const serving = yield* group.spawn(chat(server, Effect.sleep(1000), silence))
        yield* VirtualClock.untilQuiet
        const [deaf, talker] = [server.connect(), server.connect()]
        yield* write(deaf, "deaf")
        yield* VirtualClock.untilQuiet
        yield* write(talker, "talker")
        yield* group.spawn(ear.listen(talker))
        // More than its streams hold, and less than makes it lag.
        for (const line of manyLines.slice(0, 60)) yield* write(talker, line)
        yield* serving.join
        return yield* Clock.currentTimeMillis
      })
      expect(yield* VirtualClock.run(evening)).toBe(1200)
      expect(ear.heard).toEqual([{ line: "* the server stops", at: 1000 }])
    })
  )

  it.live("goes on when serving a guest crashes, which is told", () =>
    Effect.gen(function* () {
      const reports: Array<string> = []
      const hook = ({ cause, kind }: Runtime.Report) =>
        Effect.sync(() => void reports.push(`${kind}: ${String(Cause.squash(cause))}`))
      const ears = { ann: new Ear(), carl: new Ear() }
      const evening = TaskGroup.run("evening", function* (group) {
        const server = new MemoryServer()
        yield* group.spawn(chat(server, Effect.sleep(1000), silence))
        yield* VirtualClock.untilQuiet
        const broken = (socket: Duplex): void => {
          socket.write = () => {
            throw new Error("crash")
          }
        }
        const [ann, bob, carl] = [server.connect(), server.connect(broken), server.connect()]
        yield* group.spawn(ears.ann.listen(ann))
        yield* group.spawn(ears.carl.listen(carl))
        for (const [name, socket] of Object.entries({ ann, bob, carl })) {
          yield* write(socket, name)
          yield* VirtualClock.untilQuiet
        }
        yield* write(ann, "still here?")
        yield* write(carl, "still here!")
      }).pipe(Effect.provideService(Runtime.failureHook, hook))
      yield* VirtualClock.run(evening)
      const end = "* the server stops"
      // What bob cannot be told is that carl has joined.
      expect(ears.ann.lines).toEqual(["* bob joined", "* carl joined", "* bob left", "<carl> still here!", end])
      expect(ears.carl.lines).toEqual(["* bob left", "<ann> still here?", end])
      expect(reports).toEqual(["failure: Error: crash"])
    })
  )
})

describe("a chat over TCP", () => {
  const listen = (port: number) =>
    Effect.callback<Server>((resume) => {
      const server = createServer().on("error", (error) => resume(Effect.die(error)))
      server.listen(port, "127.0.0.1", () => resume(Effect.succeed(server)))
    })
  const portOf = (server: Server) => (server.address() as AddressInfo).port
  const longLines = Array.from({ length: 1000 }, (_, i) => `line ${i}`.padEnd(16 * 1024, "."))

  const script = TaskGroup.run("script", function* (group) {
    const server = yield* listen(0)
    const port = portOf(server)
    const stop = yield* Deferred.make<void>()
    const said = yield* Channel.make<string>({ name: "said", capacity: "unbounded" })
    const serving = yield* group.spawn(chat(server, Deferred.await(stop), said.sender.trySend))
    const ears = { A: new Ear(), B: new Ear(), C: new Ear() }
    const join = (name: keyof typeof ears | "D") =>
      Effect.gen(function* () {
        const socket = createConnection(port, "127.0.0.1")
        yield* write(socket, name)
        if (name !== "D") yield* group.spawn(ears[name].listen(socket), name)
        while ((yield* said.receiver.receive) !== `* ${name} joined`);
        return socket
      })
    const [a, b, c] = [yield* join("A"), yield* join("B"), yield* join("C")]
    yield* write(a, "hi")
    yield* ears.B.until("<A> hi")
    yield* ears.C.until("<A> hi")
    b.end()
    yield* ears.A.until("* B left")
    yield* write(c, "yo")
    yield* ears.A.until("<C> yo")
    const d = yield* join("D")
    for (const line of longLines) yield* write(a, line)
    yield* ears.C.until(`<A> ${longLines.at(-1)}`)
    yield* ears.A.until("* D left")
    const stopped = performance.now()
    yield* Deferred.succeed(stop, undefined)
    yield* serving.join
    const took = performance.now() - stopped
    const again = yield* listen(port)
    expect(portOf(again)).toBe(port)
    again.close()
    // Every connection was closed: nobody is served any more.
    const connections = yield* Effect.promise(() => promisify(server.getConnections.bind(server))())
    d.destroy()
    return { connections, ears, took }
  })

  it.live("keeps the order of the script, and its port can be had again at once", () =>
    Effect.gen(function* () {
      const { connections, ears, took } = yield* leavesNothing(script)
      expect(ears.A.lines).toEqual(heardByA)
      expect(ears.B.lines).toEqual(["* C joined", "<A> hi"])
      expectHeardByC(ears.C.lines, longLines)
      expect(took).toBeLessThan(200)
      expect(connections).toBe(0)
    })
  )
})
