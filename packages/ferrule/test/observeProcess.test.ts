import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { Runtime, Sync, TaskGroup } from "../src/index.ts"

const scribe = () => {
  const log: Array<string> = []
  const observer: Runtime.Observer = {
    taskStarted: (_id, _parent, name) => void log.push(`task ${name}`),
    taskWaiting: (_id, on) => void log.push(on === "" ? "goes on" : `waits for ${on}`),
    taskEnded: () => void log.push("ended"),
    scopeOpened: (_id, _parent, name) => void log.push(`scope ${name}`),
    scopeCancelled: () => void log.push("cancelled"),
    scopeClosed: () => void log.push("closed"),
    resourceOpened: ({ kind, name }) => void log.push(`${kind} ${name}`),
    resourceClosed: ({ kind }) => void log.push(`${kind} closed`)
  }
  return { log, observer }
}

const program = (name: string) =>
  TaskGroup.run(name, function* (group) {
    const door = yield* Sync.namedEvent("door")
    yield* group.spawn(door.wait, "guest")
    yield* Effect.yieldNow
    yield* door.set
  })

const whole = [
  "scope party",
  "event door",
  "task guest",
  'waits for event "door"',
  "event closed",
  "waits for its tasks",
  "goes on",
  "ended",
  "goes on",
  "closed"
]

it.effect("an observer of the process is told of programs that name none, until it is taken back [S-240]", () =>
  Effect.gen(function* () {
    const { log, observer } = scribe()
    yield* program("before")
    const stop = Runtime.observeProcess(observer)
    yield* program("party")
    stop()
    yield* program("after")
    expect(log).toEqual(whole)
  })
)

it.effect("several are told of all, each until its own end, in whatever order they end [S-240]", () =>
  Effect.gen(function* () {
    const [first, second] = [scribe(), scribe()]
    const stopFirst = Runtime.observeProcess(first.observer)
    const stopSecond = Runtime.observeProcess(second.observer)
    yield* program("party")
    expect([first.log, second.log]).toEqual([whole, whole])
    stopFirst()
    yield* program("party")
    stopSecond()
    yield* program("party")
    expect([first.log.length, second.log.length]).toEqual([whole.length, 2 * whole.length])
  })
)

it.effect("one that is registered twice is told twice, and each end takes back one [S-240]", () =>
  Effect.gen(function* () {
    const { log, observer } = scribe()
    const stops = [Runtime.observeProcess(observer), Runtime.observeProcess(observer)]
    stops[0]!()
    stops[0]!()
    yield* program("party")
    stops[1]!()
    expect(log).toEqual(whole)
  })
)

it.effect("an observer of the context is told in its place, of all that is made in its part [S-240]", () =>
  Effect.gen(function* () {
    const [outer, inner] = [scribe(), scribe()]
    const stop = Runtime.observeProcess(outer.observer)
    yield* Effect.provideService(program("party"), Runtime.observer, inner.observer)
    stop()
    expect([outer.log, inner.log]).toEqual([[], whole])
  })
)

it.effect("what began while somebody watched is told of to its end [S-240]", () =>
  Effect.gen(function* () {
    const { log, observer } = scribe()
    const stop = Runtime.observeProcess(observer)
    yield* TaskGroup.run("party", function* () {
      stop()
      yield* Sync.event
    })
    expect(log).toEqual(["scope party", "event unnamed", "closed"])
  })
)

it.effect("each of several is told, whatever another throws, and that goes to the failure hook [S-105, S-240]", () =>
  Effect.gen(function* () {
    const { log, observer } = scribe()
    const thrown: Array<string> = []
    const broken = new Proxy(observer, {
      get: () => () => {
        throw new Error("no screen")
      }
    })
    const stops = [broken, observer, broken].map((each) => Runtime.observeProcess(each))
    yield* Effect.provideService(program("party"), Runtime.failureHook, ({ group }) =>
      Effect.sync(() => void thrown.push(group))
    )
    for (const stop of stops) stop()
    expect(log).toEqual(whole)
    expect(new Set(thrown)).toEqual(new Set(["observer"]))
  })
)
