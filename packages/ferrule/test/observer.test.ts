import { VirtualClock } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { describe } from "vitest"
import { CancelScope, Channel, Runtime, Sync, TaskGroup, Timeout } from "../src/index.ts"

/** Writes down what it is told, by names. */
const scribe = () => {
  const log: Array<string> = []
  const names = new Map<number, string>()
  const open = new Set<number>()
  const named = (id: number | undefined): string => (id === undefined ? "-" : (names.get(id) ?? "?"))
  const watcher: Runtime.Observer = {
    taskStarted: (id, parent, name) => {
      names.set(id, name)
      open.add(id)
      log.push(`${named(parent)} > task ${name}`)
    },
    taskWaiting: (id, on) => void log.push(on === "" ? `${named(id)} goes on` : `${named(id)} waits for ${on}`),
    taskEnded: (id, exit) => {
      open.delete(id)
      log.push(`${named(id)} ended: ${exit._tag}`)
    },
    scopeOpened: (id, parent, name) => {
      names.set(id, name)
      open.add(id)
      log.push(`${named(parent)} > scope ${name}`)
    },
    scopeCancelled: (id, trace) => void log.push(`${named(id)} cancelled: ${trace.reason._tag}`),
    scopeClosed: (id) => {
      open.delete(id)
      log.push(`${named(id)} closed`)
    }
  }
  return { log, open, watcher }
}

const watched = <A, E>(program: Effect.Effect<A, E>) => {
  const { log, open, watcher } = scribe()
  return VirtualClock.run(Effect.exit(Effect.provideService(program, Runtime.observer, watcher))).pipe(
    Effect.map((exit) => ({ exit, log, open }))
  )
}

describe("an observer", () => {
  it.live("knows a task by one number to its end, also when its cleanup runs in another fiber [S-104]", () =>
    Effect.gen(function* () {
      const program = TaskGroup.supervised("main", function* (group) {
        yield* group.spawn(
          Effect.acquireRelease(Effect.void, () => Effect.sleep(5)),
          "releases"
        )
        yield* group.spawn(Effect.fail("x"), "fails")
      }).pipe(Effect.provideService(Runtime.failureHook, () => Effect.void))
      const { log, open } = yield* watched(program)
      expect([...open]).toEqual([])
      expect(log.filter((line) => line.includes("ended")).toSorted()).toEqual([
        "fails ended: Failure",
        "releases ended: Success"
      ])
    })
  )

  it.live("is told of every scope and task as it begins, waits and ends, with the one around it [S-104]", () =>
    Effect.gen(function* () {
      const program = TaskGroup.run("main", function* (group) {
        const slow = yield* group.spawn(Effect.as(Effect.sleep(10), "v"), "slow")
        yield* group.spawn(slow.join, "reader")
        yield* CancelScope.run("inner", () => slow.join)
      })
      const { log, open } = yield* watched(program)
      expect(log).toEqual([
        "- > scope main",
        "main > scope inner",
        'inner waits for task "slow"',
        "main > task slow",
        // Again, now that it has a number.
        'inner waits for task "slow"',
        "main > task reader",
        'reader waits for task "slow"',
        "slow ended: Success",
        "inner goes on",
        "inner closed",
        "main waits for its tasks",
        "reader goes on",
        "reader ended: Success",
        "main goes on",
        "main closed"
      ])
      expect(open.size).toBe(0)
    })
  )

  it.live("is told of a cancel in the step that marks, outer ones first, tasks included [S-104]", () =>
    Effect.gen(function* () {
      const program = TaskGroup.run("main", function* (group) {
        const task = yield* group.spawn(Timeout.failAfter(Effect.never, 1000), "task")
        yield* Effect.sleep(1)
        yield* task.cancelAndWait("enough")
      })
      const { log, open } = yield* watched(program)
      expect(log.filter((line) => line.includes("cancelled"))).toEqual([
        "task cancelled: Requested",
        "timeout cancelled: Requested"
      ])
      expect(log).toContain("task ended: Failure")
      expect(open.size).toBe(0)
    })
  )

  it.live("knows a task by one number, in the release of what it has acquired, too [S-104]", () =>
    Effect.gen(function* () {
      const told: Array<readonly [string, number]> = []
      const watcher: Runtime.Observer = {
        ...scribe().watcher,
        taskStarted: (id) => void told.push(["started", id]),
        taskWaiting: (id, on) => void (on.includes("door") && told.push(["waits", id])),
        taskEnded: (id) => void told.push(["ended", id])
      }
      const program = TaskGroup.run("main", function* (group) {
        const door = yield* Sync.namedEvent("door")
        yield* group.spawn(Effect.addFinalizer(() => door.wait))
        yield* Effect.sleep(1)
        yield* door.set
      })
      yield* VirtualClock.run(Effect.provideService(program, Runtime.observer, watcher))
      const [id] = told.map(([, id]) => id)
      expect(told).toEqual([
        ["started", id],
        ["waits", id],
        ["ended", id]
      ])
    })
  )

  it.live("is told what channels and selects are waited for [S-104]", () =>
    Effect.gen(function* () {
      const program = TaskGroup.run("main", function* (group) {
        const jobs = yield* Channel.make<number>({ name: "jobs", capacity: 0 })
        const quit = yield* Channel.make<number>({ name: "quit", capacity: 0 })
        yield* group.spawn(jobs.sender.send(1), "producer")
        yield* Effect.sleep(1)
        yield* jobs.receiver.receiveOption
        const clauses = { job: Channel.receiving(jobs.receiver), quit: Channel.receiving(quit.receiver) }
        yield* group.spawn(Channel.select(clauses), "chooser")
        yield* Effect.sleep(1)
        yield* quit.sender.send(2)
      })
      const { log } = yield* watched(program)
      expect(log).toContain('producer waits for room in "jobs"')
      expect(log).toContain('chooser waits for one of job (an item of "jobs"), quit (an item of "quit")')
      expect(log).toContain("chooser goes on")
    })
  )

  it.live("that throws stops nobody: what it throws goes to the failure hook [S-105]", () =>
    Effect.gen(function* () {
      const reports: Array<string> = []
      const { watcher } = scribe()
      const broken: Runtime.Observer = {
        ...watcher,
        taskStarted: () => {
          throw new Error("no screen")
        }
      }
      const program = TaskGroup.run("main", function* (group) {
        return yield* (yield* group.spawn(Effect.succeed("v"), "task")).join
      }).pipe(
        Effect.provideService(Runtime.observer, broken),
        Effect.provideService(Runtime.failureHook, (report) =>
          Effect.sync(() => void reports.push(`${report.group}/${report.task}: ${report.kind}`))
        )
      )
      expect(yield* VirtualClock.run(Effect.exit(program))).toEqual(Exit.succeed("v"))
      expect(reports).toEqual(["observer/task: defect"])
    })
  )

  it.live(
    "that takes nodes for tasks is told of each by its node, whose name is made when it is asked for [S-300]",
    () =>
      Effect.gen(function* () {
        const log: Array<string> = []
        const names = new Map<number, string>()
        const node = (id: number, node: Runtime.CancelNode | undefined) => {
          names.set(id, node!.name)
          log.push(`${node!.kind} ${node!.name} of ${node!.parent?.name ?? "-"}`)
        }
        const watcher: Runtime.Observer = {
          ...scribe().watcher,
          taskStarted: (id) => void log.push(`taskStarted ${id}`),
          taskBegan: (id, parent, task) => {
            expect(names.get(parent)).toBe("main")
            node(id, task)
          },
          taskEnded: (id, exit) => void log.push(`${names.get(id)} ended: ${exit._tag}`),
          scopeOpened: (id, _parent, _name, scope) => node(id, scope)
        }
        const program = TaskGroup.run("main", function* (group) {
          yield* group.spawn(CancelScope.run("inner", () => Effect.sleep(10)))
          yield* group.spawn(Effect.fail("no"), "failing")
        }).pipe(CancelScope.shield, Timeout.failAfter("1 minute", { label: "all" }))
        yield* VirtualClock.run(Effect.exit(Effect.provideService(program, Runtime.observer, watcher)))
        expect(log).toEqual([
          "timeout all of -",
          "shield shield of all",
          "group main of shield",
          "task main/1 of main",
          "scope inner of main/1",
          "task failing of main",
          "failing ended: Failure",
          "main/1 ended: Failure"
        ])
      })
  )

  it.live("is told of every attempt of a hedge as of a task [S-104]", () =>
    Effect.gen(function* () {
      const slow = Effect.as(Effect.sleep(100), "slow")
      const { log, open } = yield* watched(Timeout.hedge(slow, { after: 10, max: 2 }))
      expect(log.filter((line) => line.includes("task"))).toEqual(["hedge > task hedge/1", "hedge > task hedge/2"])
      expect(open.size).toBe(0)
    })
  )
})
