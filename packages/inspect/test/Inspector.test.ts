import { VirtualClock } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { CancelScope, Runtime, Sync, TaskGroup, Timeout } from "ferrule"
import { describe } from "vitest"
import * as Inspect from "../src/index.ts"

/** Runs a program on virtual time, under an inspector that it is given. */
const inspected = <A, E>(
  program: (inspector: Inspect.Inspector) => Effect.Effect<A, E>,
  options?: Inspect.InspectorOptions
) =>
  VirtualClock.run(
    Effect.gen(function* () {
      const inspector = yield* Inspect.make(options)
      const exit = yield* Effect.exit(Effect.provideService(program(inspector), Runtime.observer, inspector))
      return { exit, inspector }
    })
  )

const named = ({ nodes }: Inspect.Snapshot, name: string): Inspect.NodeInfo => nodes.find((node) => node.name === name)!

describe("a snapshot", () => {
  it.live("has every node that has begun and not ended, by kind, with the one around it and its age [S-301]", () =>
    Effect.gen(function* () {
      let taken: Inspect.Snapshot | undefined
      const { inspector } = yield* inspected((inspector) =>
        TaskGroup.run("main", function* (group) {
          yield* group.spawn(Effect.sleep(50), "short")
          yield* group.spawn(
            Effect.sleep(500).pipe(CancelScope.shield, Timeout.failAfter("1 minute", { label: "limit" })),
            "long"
          )
          yield* Effect.sleep(100)
          taken = inspector.snapshot()
        })
      )
      const { nodes } = taken!
      const names = new Map(nodes.map(({ id, name }) => [id, name]))
      expect(nodes.map(({ age, kind, name, parent }) => [kind, name, names.get(parent!), age])).toEqual([
        ["group", "main", undefined, 100],
        ["task", "long", "main", 100],
        ["timeout", "limit", "long", 100],
        ["shield", "shield", "limit", 100]
      ])
      expect(inspector.snapshot().nodes).toEqual([])
    })
  )

  it.live("says who waits, for what and for how long, and what time is left until a deadline [S-302]", () =>
    Effect.gen(function* () {
      let taken: Inspect.Snapshot | undefined
      yield* inspected((inspector) =>
        TaskGroup.run("main", function* (group) {
          const slow = yield* group.spawn(Effect.sleep(500), "slow")
          yield* group.spawn(Effect.delay(slow.join, 30), "reader")
          yield* group.spawn(CancelScope.shield(Effect.sleep(200)), "shielded")
          yield* Effect.sleep(100)
          taken = inspector.snapshot()
        }).pipe(Timeout.failAfter("1 second"))
      )
      expect(named(taken!, "reader")).toMatchObject({
        state: "waiting",
        waitsFor: { on: 'task "slow"', for: 70 },
        deadlineLeft: 900
      })
      expect(named(taken!, "slow")).toMatchObject({ state: "running", deadlineLeft: 900 })
      expect(named(taken!, "slow")).not.toHaveProperty("waitsFor")
      expect(named(taken!, "shield")).toMatchObject({ shielded: true })
      expect(named(taken!, "shield")).not.toHaveProperty("deadlineLeft")
    })
  )

  it.live("has the trace of whoever was cancelled and has not ended, and names it as a laggard in time [S-303]", () =>
    Effect.gen(function* () {
      const taken: Array<Inspect.Snapshot> = []
      yield* inspected(
        (inspector) =>
          TaskGroup.run("main", function* (group) {
            const slow = yield* group.spawn(
              Effect.onInterrupt(Effect.never, () => Effect.sleep(400)),
              "slow"
            )
            yield* Effect.sleep(10)
            yield* slow.cancel("enough")
            yield* Effect.sleep(50)
            taken.push(inspector.snapshot())
            yield* Effect.sleep(100)
            taken.push(inspector.snapshot())
          }),
        { laggardAfter: 100 }
      )
      expect(named(taken[0]!, "slow")).toMatchObject({
        state: "cancelled",
        cancel: {
          reason: "Requested",
          because: "it was asked to stop: enough",
          scope: "slow",
          path: ["main", "slow"],
          askedBy: "main",
          ago: 50
        }
      })
      expect(taken[0]!.findings).toEqual([])
      expect(taken[1]!.findings).toMatchObject([{ _tag: "Laggard", name: "slow", ago: 150 }])
    })
  )

  it.live("is plain data: JSON keeps all of it [S-304]", () =>
    Effect.gen(function* () {
      const failing = new Error("disk full")
      let taken: Inspect.Snapshot | undefined
      yield* inspected((inspector) =>
        TaskGroup.run("main", function* (group) {
          yield* group.spawn(
            Effect.onInterrupt(Effect.never, () => Effect.sync(() => (taken = inspector.snapshot()))),
            "last"
          )
          yield* group.spawn(Effect.delay(Effect.fail(failing), 10), "first")
        })
      )
      expect(JSON.parse(JSON.stringify(taken))).toEqual(taken)
      expect(named(taken!, "last").cancel).toMatchObject({
        reason: "TaskFailed",
        because: 'task "first" failed: Error: disk full'
      })
    })
  )
})

describe("the findings of a live program", () => {
  it.live("show a circle through joins and one through locks, with what is open [S-307]", () =>
    Effect.gen(function* () {
      let taken: Inspect.Snapshot | undefined
      yield* inspected((inspector) =>
        CancelScope.run("all", (all) =>
          TaskGroup.run("main", function* (group) {
            const [left, right] = [yield* Sync.namedMutex("left"), yield* Sync.namedMutex("right")]
            const both = (first: Sync.Mutex, second: Sync.Mutex) => first(Effect.delay(second(Effect.void), 10))
            yield* group.spawn(both(left, right), "a")
            yield* group.spawn(both(right, left), "b")
            const join: Effect.Effect<void> = Effect.suspend(() => second.join)
            const first = yield* group.spawn(join, "c")
            const second: TaskGroup.Task<void, never> = yield* group.spawn(first.join, "d")
            yield* Effect.sleep(100)
            taken = inspector.snapshot()
            yield* all.cancel()
          })
        )
      )
      const circles = taken!.findings.map((found) => (found._tag === "Deadlock" ? found.circle : []))
      expect(circles.map((circle) => circle.map(({ name, on }) => `${name}: ${on}`).toSorted())).toEqual([
        ['a: mutex "right"', 'b: mutex "left"'],
        ['c: task "d"', 'd: task "c"']
      ])
      expect(taken!.resources.map(({ kind, name }) => `${kind} ${name}`).toSorted()).toEqual([
        "mutex left",
        "mutex right",
        "stay left",
        "stay right"
      ])
      expect(taken!.findings).toHaveLength(2)
    })
  )
})

describe("a timeline", () => {
  it.live("has what happened, oldest first, and what came after a number [S-305]", () =>
    Effect.gen(function* () {
      const { inspector } = yield* inspected(() =>
        TaskGroup.run("main", function* (group) {
          const slow = yield* group.spawn(Effect.delay(Effect.fail("no"), 10))
          yield* group.spawn(Effect.exit(slow.join), "reader")
        })
      )
      const { events, last, lost } = inspector.timeline()
      const { at: start, id: main } = events[0]!
      const names = new Map(events.flatMap(({ id, name }) => (name === undefined ? [] : [[id, name] as const])))
      const told = events
        .filter(({ id, what }) => id !== main || (what !== "waits" && what !== "goesOn"))
        .map(({ at, id, kind, on, what }) => [at - start, what, kind ?? "", names.get(id), on ?? ""].join(" "))
      expect(told).toEqual([
        "0 started group main ",
        "0 started task main/1 ",
        "0 started task reader ",
        '0 waits  reader task "main/1"',
        "10 ended  main/1 failed",
        "10 cancelled  main TaskFailed",
        "10 cancelled  reader TaskFailed",
        "10 goesOn  reader ",
        "10 ended  reader failed",
        "10 ended  main "
      ])
      expect({ last, lost }).toEqual({ last: events.length, lost: 0 })
      expect(inspector.timeline(8)).toEqual({ events: events.slice(8), last, lost: 0 })
    })
  )

  it.live("keeps as many events as it was told to, and says how many are lost [S-305]", () =>
    Effect.gen(function* () {
      const run = (history: number) =>
        inspected(
          () =>
            Effect.andThen(
              CancelScope.run("a", () => Effect.void),
              CancelScope.run("b", () => Effect.void)
            ),
          {
            history
          }
        )
      const { inspector } = yield* run(3)
      expect(inspector.timeline()).toMatchObject({ events: [{ number: 2 }, { number: 3 }, { number: 4 }], lost: 1 })
      expect((yield* run(0)).inspector.timeline().events).toEqual([])
      expect(Exit.isFailure(yield* Effect.exit(run(-1)))).toBe(true)
    })
  )
})

describe("an inspector", () => {
  it.live(
    "passes on all that it is told to the observer around it, which may take nodes for tasks or not [S-306]",
    () =>
      Effect.gen(function* () {
        const heard = (nodes: boolean) => {
          const log: Array<string> = []
          const note = (what: string) => (): void => void log.push(what)
          const outer: Runtime.Observer = {
            taskStarted: (_id, _parent, name) => void log.push(`started ${name}`),
            taskWaiting: (_id, on) => void log.push(on === "" ? "goes on" : `waits for ${on}`),
            taskEnded: note("ended"),
            scopeOpened: note("opened"),
            scopeCancelled: note("cancelled"),
            scopeClosed: note("closed"),
            resourceOpened: note("made"),
            resourceClosed: note("closed resource"),
            ...(nodes ? { taskBegan: (_id, _parent, { name }) => void log.push(`began ${name}`) } : {})
          }
          const program = Effect.gen(function* () {
            const inspector = yield* Inspect.make()
            const resource = {
              id: 1,
              kind: "mutex",
              name: "m",
              owner: undefined,
              fiber: 0,
              of: undefined,
              state: () => ({})
            }
            inspector.resourceOpened!(resource)
            inspector.resourceClosed!(resource)
            const scope = CancelScope.run("scope", (scope) =>
              TaskGroup.run("main", function* (group) {
                const slow = yield* group.spawn(Effect.sleep(10))
                yield* slow.await
                yield* scope.cancel()
              })
            )
            yield* Effect.provideService(scope, Runtime.observer, inspector)
          })
          return Effect.as(VirtualClock.run(Effect.provideService(program, Runtime.observer, outer)), log)
        }
        const log = [
          "made",
          "closed resource",
          "opened",
          "opened",
          "began main/1",
          'waits for task "main/1"',
          "ended",
          "goes on",
          "cancelled",
          "cancelled",
          "closed",
          "closed"
        ]
        // It may be told again of a wait, with the number of a task that began meanwhile.
        const sorted = (lines: ReadonlyArray<string>) => [...new Set(lines)].toSorted()
        expect(sorted(yield* heard(true))).toEqual(sorted(log))
        expect(sorted(yield* heard(false))).toEqual(sorted(log.with(4, "started main/1")))
      })
  )
})
