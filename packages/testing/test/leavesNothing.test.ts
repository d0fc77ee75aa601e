import { spawn } from "node:child_process"
import { createSocket } from "node:dgram"
import { watch } from "node:fs"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"
import { Worker } from "node:worker_threads"
import { describe, expect, it } from "@effect/vitest"
import * as TaskGroup from "@ferrule/task-group"
import { Context, Effect, Exit, Fiber, Metric } from "effect"
import { leavesNothing, LeftBehind, VirtualClock } from "../src/index.ts"

const leftBy = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(leavesNothing(self)), (error) => (error instanceof LeftBehind ? error : undefined))

it.live("gives what the program gives when nothing is left: value, error or defect", () =>
  Effect.gen(function* () {
    expect(yield* leavesNothing(Effect.as(Effect.sleep(1), "v"))).toBe("v")
    expect(yield* Effect.flip(leavesNothing(Effect.fail("e")))).toBe("e")
    expect(yield* Effect.exit(leavesNothing(Effect.die("d")))).toEqual(Exit.die("d"))
  })
)

it.live("fails when a fiber is left, on the real clock and on a virtual one [S-98]", () =>
  Effect.gen(function* () {
    let detached: Fiber.Fiber<void> | undefined
    const leaking = Effect.map(Effect.forkDetach(Effect.sleep("1 minute"), { startImmediately: true }), (fiber) => {
      detached = fiber
    })
    expect(yield* leftBy(leaking)).toMatchObject({ fibers: 1, timers: 1 })
    yield* Fiber.interrupt(detached!)
    const onVirtualClock = Effect.andThen(leftBy(leaking), (left) => Effect.as(Fiber.interrupt(detached!), left))
    expect(yield* VirtualClock.run(onVirtualClock)).toMatchObject({ fibers: 1, timers: 1 })
  })
)

it.live("fails when a timer is left, but not one that was armed before [S-98]", () =>
  Effect.gen(function* () {
    const timers: Array<NodeJS.Timeout> = []
    const arm = Effect.sync(() => void timers.push(setTimeout(() => {}, 60_000)))
    yield* arm
    // Neither is one that somebody else arms meanwhile.
    setImmediate(() => void timers.push(setTimeout(() => {}, 60_000)))
    yield* leavesNothing(Effect.sleep(5))
    expect(timers).toHaveLength(2)
    expect(yield* leftBy(arm)).toMatchObject({ fibers: 0, timers: 1 })
    for (const timer of timers) clearTimeout(timer)
  })
)

it.live("tells the fibers to the metrics around it, too", () =>
  Effect.gen(function* () {
    const told: Array<string> = []
    const metrics: Metric.FiberRuntimeMetricsService = {
      recordFiberStart: () => void told.push("start"),
      recordFiberEnd: () => void told.push("end")
    }
    const program = Effect.flatMap(Effect.forkChild(Effect.void), Fiber.join)
    yield* Effect.provideContext(leavesNothing(program), Context.make(Metric.FiberRuntimeMetrics, metrics))
    expect(told).toEqual(["start", "end"])
  })
)

const openings: ReadonlyArray<readonly [string, RegExp, () => () => unknown]> = [
  [
    "a server",
    /TCPSERVERWRAP/,
    () => {
      const server = createServer().listen(0)
      return () => server.close()
    }
  ],
  [
    "a socket",
    /UDPWRAP/,
    () => {
      const socket = createSocket("udp4").bind(0)
      return () => socket.close()
    }
  ],
  [
    "a child process",
    /PROCESSWRAP/,
    () => {
      const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], { stdio: "ignore" })
      return () => child.kill("SIGKILL")
    }
  ],
  [
    "a watched file",
    /FSEVENTWRAP/,
    () => {
      const watcher = watch(import.meta.dirname)
      return () => watcher.close()
    }
  ],
  [
    "a worker",
    /WORKER/,
    () => {
      const worker = new Worker("setTimeout(() => {}, 60_000)", { eval: true })
      return () => worker.terminate()
    }
  ]
]

describe.each(openings)("%s", (what, type, open) => {
  const opened: Array<() => unknown> = []
  const opening = Effect.callback<void>((resume) => {
    opened.push(open())
    // Some are open a turn later.
    const timer = setTimeout(() => resume(Effect.void), 5)
    return Effect.sync(() => clearTimeout(timer))
  })
  const closeAll = Effect.promise(() => Promise.all(opened.splice(0).map((close) => close())))

  it.live("that is left open is named, with the line that opened it [S-267]", () =>
    Effect.gen(function* () {
      const left = yield* leftBy(opening)
      const [thing] = left?.things.filter((each) => type.test(each.what)) ?? []
      expect(thing).toMatchObject({ kind: "handles", count: 1, what: expect.stringContaining(what) })
      expect(thing?.place).toMatch(/leavesNothing\.test\.ts:\d+:\d+$/)
    }).pipe(Effect.ensuring(closeAll))
  )

  it.live("that was closed is not left [S-267]", () => leavesNothing(Effect.ensuring(opening, closeAll)))

  it.live("that is left open on virtual time is, too [S-267]", () =>
    Effect.gen(function* () {
      const { problem } = yield* VirtualClock.observe(Effect.sync(() => void opened.push(open())))
      expect(problem?.message).toMatch(type)
    }).pipe(Effect.ensuring(closeAll))
  )
})

it.live("a connection that a server has accepted is named, although nobody's code opened it [S-267]", () => {
  const server = createServer()
  const sockets: Array<Socket> = []
  const program = Effect.callback<void>((resume) => {
    server.on("connection", (socket) => {
      sockets.push(socket)
      resume(Effect.void)
    })
    server.listen(0, () => sockets.push(connect((server.address() as AddressInfo).port)))
  })
  return Effect.map(Effect.flip(leavesNothing(program)), ({ things }) => {
    server.close()
    for (const socket of sockets) socket.destroy()
    const left = things.map(({ what }) => what).toSorted()
    expect(left).toEqual(["a server (TCPSERVERWRAP)", "a socket (TCPWRAP)", "a socket (TCPWRAP)"])
  })
})

it.live("fibers of the real clock are named by their groups and tasks, and by the functions they are in [S-266]", () =>
  Effect.gen(function* () {
    const fibers: Array<Fiber.Fiber<unknown>> = []
    const poll = Effect.fn("poll")(function* () {
      fibers.push(yield* Effect.forkDetach(Effect.never))
    })
    const left = yield* leftBy(TaskGroup.run("station", (group) => Effect.asVoid(group.spawn(poll(), "poller"))))
    expect(left?.things).toEqual([expect.objectContaining({ kind: "fibers", count: 1, path: ["station", "poller"] })])
    expect(left?.things[0]?.place).toMatch(/^poll /)
    yield* Fiber.interruptAll(fibers)
  })
)

it.live("what may be left is left out of the report, by its kind [S-263]", () =>
  Effect.gen(function* () {
    const timers: Array<NodeJS.Timeout> = []
    const arm = Effect.sync(() => void timers.push(setTimeout(() => {}, 60_000)))
    yield* leavesNothing(arm, { mayLeave: ["timers"] })
    expect((yield* Effect.flip(leavesNothing(arm, { mayLeave: ["fibers", "items"] }))).timers).toBe(1)
    for (const timer of timers) clearTimeout(timer)
  })
)
