import { Effect } from "effect"
import { CancelScope, Channel, Runtime, Sync, TaskGroup } from "ferrule"
import { Life } from "../Life.ts"
import { type Program, program } from "../Program.ts"
import { cancelling, together, ways } from "../together.ts"
import type { World } from "../World.ts"

/** An observer that claims that whatever begins ends, once. */
const watching = (see: World) => {
  const open = { scope: new Set<number>(), task: new Set<number>(), resource: new Map<number, string>() }
  const observer: Runtime.Observer = {
    scopeOpened: (id) => {
      see.that(!open.scope.has(id), "a scope opens once")
      open.scope.add(id)
    },
    scopeCancelled: (id) => see.that(open.scope.has(id) || open.task.has(id), "what is cancelled is open"),
    scopeClosed: (id) => see.that(open.scope.delete(id), "a scope closes once"),
    taskStarted: (id) => {
      see.that(!open.task.has(id), "a task starts once")
      open.task.add(id)
    },
    taskWaiting: () => {},
    taskEnded: (id) => see.that(open.task.delete(id), "a task ends once"),
    resourceOpened: ({ id, kind }) => {
      see.that(!open.resource.has(id), "a resource opens once")
      open.resource.set(id, kind)
    },
    resourceClosed: ({ id }) => see.that(open.resource.delete(id), "a resource closes once")
  }
  const over = Effect.sync(() => see.equal([open.scope.size, open.task.size], [0, 0], "whatever begins ends"))
  return { observer, over, resources: () => [...open.resource.values()].toSorted() }
}

export const cancelTreePrograms: ReadonlyArray<Program> = [
  program("a mark reaches every node below, tasks of groups too, in one step", ["S-1", "S-6"], function* (see) {
    const scope = yield* CancelScope.make("s")
    let [sent, sentWhenMarked] = [0, 0]
    const { receiver, sender } = yield* Channel.make<number>({ capacity: 9 })
    const send = Effect.map(sender.send(1), () => void sent++)
    const body = TaskGroup.run("g", function* (group) {
      yield* group.spawn(Effect.andThen(send, send))
      yield* group.spawn(CancelScope.run("inner", () => Effect.andThen(send, send)))
    })
    const look = Effect.map(receiver.statistics, (now) => void (sentWhenMarked = now.sent))
    yield* together(CancelScope.enter(scope)(body), Effect.andThen(scope.cancel(), look))
    see.equal((yield* receiver.statistics).sent, sentWhenMarked, "nothing is sent after the cancel has returned")
    see.that(sent <= sentWhenMarked, "who was told has sent")
  }),

  program(
    "a tree of scopes and groups ends from the inside out, whoever cancels what",
    ["S-2", "S-11", "S-39"],
    function* (see) {
      const [outer, inner] = [yield* CancelScope.make("outer"), yield* CancelScope.make("inner")]
      const life = new Life(see)
      const tasks = TaskGroup.run("g", function* (group) {
        yield* group.spawn(life.of(Effect.never))
        yield* CancelScope.enter(inner)(life.of(Effect.never))
        yield* group.cancelTasks()
      })
      const body = Effect.ensuring(
        tasks,
        Effect.sync(() => life.over("the group"))
      )
      yield* together(CancelScope.enter(outer)(body), inner.cancel(), Effect.delay(outer.cancel(), 1))
    }
  ),

  program("two cancels of one tree from two places are one cancel of each node", ["S-3", "S-9"], function* (see) {
    const [outer, inner] = [yield* CancelScope.make("outer"), yield* CancelScope.make("inner")]
    const life = new Life(see)
    let cleanups = 0
    const body = CancelScope.enter(inner)(
      Effect.onInterrupt(life.of(Effect.never), () => Effect.sync(() => void cleanups++))
    )
    yield* together(CancelScope.enter(outer)(body), outer.cancel("o"), inner.cancel("i"))
    see.that(cleanups <= 1, "once")
    life.over("the tree")
  }),

  ...ways.map((way) =>
    program(`an observer is told of all that begins and ends, by ${way}`, ["S-104"], function* (see) {
      const { observer, over } = watching(see)
      const tree = TaskGroup.run("g", function* (group) {
        yield* group.spawn(CancelScope.run("s", () => Effect.yieldNow))
        yield* group.spawn(Effect.never)
        yield* group.cancelTasks()
      })
      yield* cancelling(way, tree).pipe(Effect.provideService(Runtime.observer, observer))
      yield* over
    })
  ),

  ...ways.map((way) =>
    program(`an observer is told once of what is taken and given back, by ${way}`, ["S-241", "S-242"], function* (see) {
      const { observer, resources } = watching(see)
      const program = Effect.gen(function* () {
        const semaphore = yield* Sync.semaphore(1)
        const mutex = yield* Sync.mutex
        const { receiver, sender } = yield* Channel.make<number>({ capacity: 4 })
        const taking = semaphore.withPermits(1)(mutex(sender.send(1)))
        const reserving = Effect.scoped(Effect.flatMap(sender.reserve, (permit) => permit.commit(2)))
        yield* together(cancelling(way, taking), taking, cancelling(way, reserving), Effect.orDie(receiver.receive))
        yield* Effect.andThen(sender.close, receiver.cancel)
      })
      yield* program.pipe(Effect.provideService(Runtime.observer, observer))
      see.equal(resources(), ["mutex", "semaphore"], "what has an end is closed")
    })
  ),

  ...ways.map((way) =>
    program(`an observer that throws stops nobody, by ${way}`, ["S-105", "S-91"], function* (see) {
      const throwing = (): never => {
        throw new Error("observer")
      }
      const observer = new Proxy({}, { get: () => throwing }) as Runtime.Observer
      const life = new Life(see)
      const tree = TaskGroup.run("g", (group) => group.spawn(life.of(Effect.yieldNow)))
      yield* cancelling(way, tree).pipe(Effect.provideService(Runtime.observer, observer))
      life.over("the group")
      // It is told by fibers of their own.
      yield* Effect.sleep(1)
      see.that(
        see.told().every(({ cause }) => cause.reasons.every(({ _tag }) => _tag === "Die")),
        "what it throws is told"
      )
    })
  )
]
