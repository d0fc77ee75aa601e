import * as CancelScope from "@ferrule/cancel-scope"
import { failureHook, GroupEnded, type Report } from "@ferrule/runtime"
import { leavesNothing } from "@ferrule/testing"
import { mayLeave } from "@ferrule/testing/vitest"
import { expect, it } from "@effect/vitest"
import { Cause, Context, Effect, Exit, Fiber, Option, Scheduler } from "effect"
import { TestClock } from "effect/testing"
import { describe } from "vitest"
import * as TaskGroup from "../src/index.ts"

const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

const log = (entries: Array<unknown>, entry: unknown) => Effect.sync(() => void entries.push(entry))

const forever = (entries: Array<unknown>, entry: unknown) => Effect.onInterrupt(Effect.never, () => log(entries, entry))

const after = <A, E, R>(millis: number, self: Effect.Effect<A, E, R>) => Effect.andThen(Effect.sleep(millis), self)

const upTo = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, i) => i)

const reasonsOf = (exit: Exit.Exit<unknown, unknown>): ReadonlyArray<unknown> =>
  Exit.isFailure(exit)
    ? exit.cause.reasons.map((reason) =>
        reason._tag === "Fail" ? ["Fail", reason.error] : reason._tag === "Die" ? ["Die", reason.defect] : ["Interrupt"]
      )
    : []

const failuresOf = (exit: Exit.Exit<unknown, unknown>): ReadonlyArray<unknown> =>
  Exit.isFailure(exit)
    ? CancelScope.failures(exit.cause).map(({ task, reason }) =>
        reason._tag === "Fail"
          ? [task, "Fail", reason.error]
          : [task, "Die", Cause.isDieReason(reason) && reason.defect]
      )
    : []

/** Runs a program on a test clock that is moved on as far as it takes; gives its exit and when it ended. */
const onTestClock = <A, E>(program: Effect.Effect<A, E>, upToMillis = 3000) =>
  Effect.gen(function* () {
    yield* TestClock.adjust(0)
    const began = yield* CancelScope.now
    let at = -1
    const fiber = yield* start(
      Effect.onExit(program, () => Effect.map(CancelScope.now, (now) => void (at = Math.round(now - began))))
    )
    for (let now = 0; fiber.pollUnsafe() === undefined && now <= upToMillis; now += 10) yield* TestClock.adjust(10)
    const exit = fiber.pollUnsafe()
    if (exit === undefined) throw new Error("it has not ended")
    return { exit, at }
  })

describe("a group", () => {
  it.effect("ends when its body and all tasks have ended, and gives the body's value [TG-01, TG-02]", () =>
    Effect.gen(function* () {
      const { exit, at } = yield* onTestClock(
        TaskGroup.run("g", function* (group) {
          const a = yield* group.spawn(Effect.as(Effect.sleep(100), 42))
          yield* Effect.sleep(150)
          const b = yield* group.spawn(Effect.as(Effect.sleep(200), 11))
          return [yield* a.join, yield* b.join]
        })
      )
      expect([exit, at]).toEqual([Exit.succeed([42, 11]), 350])
    })
  )

  it.effect("waits for tasks that nobody joins, and for those that tasks spawn after the body ended [TG-21]", () =>
    Effect.gen(function* () {
      const { exit, at } = yield* onTestClock(
        TaskGroup.run("g", function* (group) {
          yield* group.spawn(
            after(
              100,
              Effect.andThen(group.spawn(Effect.sleep(100)), group.spawn(after(200, group.spawn(Effect.sleep(50)))))
            )
          )
          return "body"
        })
      )
      expect([exit, at]).toEqual([Exit.succeed("body"), 350])
    })
  )

  it.live("whose body spawns nothing is just its body, and needs no generator", () =>
    leavesNothing(
      Effect.gen(function* () {
        expect(yield* TaskGroup.run("g", () => Effect.succeed(1))).toBe(1)
        expect(yield* Effect.flip(TaskGroup.run("g", () => Effect.fail("e")))).toBe("e")
        const thrower = (): Effect.Effect<void> => {
          throw new Error("boom")
        }
        expect(reasonsOf(yield* Effect.exit(TaskGroup.run("g", thrower)))).toEqual([["Die", new Error("boom")]])
      })
    )
  )

  it.live("starts tasks on the next turn, in the order in which they were spawned, and steps interleave [TG-14]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const steps = (name: string) =>
          Effect.gen(function* () {
            for (const i of [1, 2, 3]) {
              entries.push(`${name}${i}`)
              yield* Effect.yieldNow
            }
          })
        yield* TaskGroup.run("g", function* (group) {
          yield* group.spawn(steps("a"))
          yield* group.spawn(steps("b"))
          entries.push("body")
        })
        expect(entries).toEqual(["body", "a1", "b1", "a2", "b2", "a3", "b3"])
      })
    )
  )

  it.live("starts an immediate task before spawn returns, also from inside an immediate task, at any depth", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        let deepest = 0
        yield* TaskGroup.run("g", function* (group) {
          yield* group.spawn(log(entries, "lazy"))
          yield* group.spawn(log(entries, "immediate"), { immediate: true })
          entries.push("body")
          const dig = (depth: number): Effect.Effect<unknown> =>
            Effect.suspend(() => {
              deepest = Math.max(deepest, depth)
              return depth === 5000 ? Effect.void : group.spawn(dig(depth + 1), { immediate: true })
            })
          yield* dig(0)
        })
        expect(entries).toEqual(["immediate", "body", "lazy"])
        expect(deepest).toBe(5000)
      })
    )
  )

  it.live("has released every task that ended: its size is what has not [TG-20]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const sizes: Array<number> = []
        yield* TaskGroup.run("g", function* (group) {
          const tasks = []
          for (const i of upTo(5)) tasks.push(yield* group.spawn(Effect.sleep(i)))
          sizes.push(yield* group.size)
          for (const task of tasks) yield* task.join
          sizes.push(yield* group.size)
        })
        expect(sizes).toEqual([5, 0])
      })
    )
  )

  it.live("gives tasks their names and numbers [TG-25]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const names = yield* TaskGroup.run("crawl", function* (group) {
          const tasks = [
            yield* group.spawn(Effect.void, "first"),
            yield* group.spawn(Effect.void, { name: "second" }),
            yield* group.spawn(Effect.void)
          ]
          return [...tasks.map(({ id, name }) => `${id} ${name}`), group.name]
        })
        expect(names).toEqual(["1 first", "2 second", "3 crawl/3", "crawl"])
      })
    )
  )

  it.live("hands each task the context of its spawner at that moment [TG-26]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const Tag = Context.Reference<string>("test/Tag", { defaultValue: () => "none" })
        const set = (value: string) =>
          Effect.withFiber((fiber) => Effect.sync(() => fiber.setContext(Context.add(fiber.context, Tag, value))))
        const seen: Array<string> = []
        const look = Effect.map(Tag, (tag) => void seen.push(tag))
        yield* TaskGroup.run("g", function* (group) {
          yield* set("p")
          const child = yield* group.spawn(Effect.andThen(look, Effect.andThen(set("c"), look)))
          yield* set("q")
          yield* group.spawn(look)
          yield* child.join
          yield* look
        })
        expect(seen).toEqual(["p", "c", "q", "q"])
      })
    )
  )
})

describe("a failure", () => {
  it.effect(
    "of a task cancels its siblings and the body, and is the group's once they have cleaned up [TG-04, TG-05]",
    () =>
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const { exit, at } = yield* onTestClock(
          TaskGroup.run("g", function* (group) {
            yield* group.spawn(after(100, Effect.fail("x")), "a")
            yield* group.spawn(
              Effect.onInterrupt(Effect.sleep(1000), () => after(50, log(entries, "sibling"))),
              "b"
            )
            yield* Effect.onInterrupt(Effect.sleep(10_000), () => log(entries, "body"))
          })
        )
        expect([failuresOf(exit), at, entries]).toEqual([[["a", "Fail", "x"]], 150, ["body", "sibling"]])
      })
  )

  it.live("of the body cancels the tasks, also when it fails before its first wait [TG-09, TG-10]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const failing = (wait: Effect.Effect<void>) =>
          TaskGroup.run("g", function* (group) {
            for (const i of upTo(200)) yield* group.spawn(forever(entries, i))
            yield* wait
            return yield* Effect.fail("x")
          })
        expect(reasonsOf(yield* Effect.exit(failing(Effect.void)))).toEqual([["Fail", "x"]])
        expect(reasonsOf(yield* Effect.exit(failing(Effect.sleep(2))))).toEqual([["Fail", "x"]])
        expect(entries.length).toBeGreaterThanOrEqual(200)
      })
    )
  )

  it.live("of body and an immediate task in one instant is two failures, the body's first [TG-11]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const exit = yield* Effect.exit(
          TaskGroup.run("g", function* (group) {
            yield* group.spawn(Effect.fail("c"), { name: "task", immediate: true })
            return yield* Effect.fail("b")
          })
        )
        expect(failuresOf(exit)).toEqual([
          ["g", "Fail", "b"],
          ["task", "Fail", "c"]
        ])
      })
    )
  )

  it.live("of two tasks in one instant is two failures, though they be the very same effect [TG-12]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const same = Effect.fail("k")
        const exit = yield* Effect.exit(
          TaskGroup.run("g", (group) => Effect.andThen(group.spawn(same, "a"), group.spawn(same, "b")))
        )
        expect(failuresOf(exit)).toEqual([
          ["a", "Fail", "k"],
          ["b", "Fail", "k"]
        ])
        expect(reasonsOf(exit)).toHaveLength(2)
      })
    )
  )

  it.live("cancels the siblings with a reason that names the task and its error [CS-14]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const why = Effect.flatMap(CancelScope.trace, (trace) => log(entries, Option.getOrThrow(trace)))
        yield* Effect.exit(
          TaskGroup.run("g", function* (group) {
            yield* group.spawn(Effect.onInterrupt(Effect.never, () => why))
            yield* group.spawn(after(1, Effect.fail("x")), "broken")
          })
        )
        expect(entries).toMatchObject([{ scope: "g", by: "broken", reason: { _tag: "TaskFailed", task: "broken" } }])
        // Sound: matched just above.
        const { reason } = entries[0] as CancelScope.CancelTrace
        expect(reason._tag === "TaskFailed" && Cause.squash(reason.cause)).toBe("x")
      })
    )
  )

  it.live("that is joined counts once, through mapError and nested groups too [D2, XG-12]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const joined = TaskGroup.run("g", function* (group) {
          const task = yield* group.spawn(after(1, Effect.fail("x")), "t")
          yield* Effect.catchCause(task.join, () => log(entries, "handler"))
        })
        expect(failuresOf(yield* Effect.exit(joined))).toEqual([["t", "Fail", "x"]])
        expect(entries).toEqual([])
        const inner = TaskGroup.run("outer", function* (outer) {
          const task = yield* outer.spawn(Effect.fail("x"), { name: "t", immediate: true })
          yield* TaskGroup.run("inner", function* (group) {
            yield* group.spawn(task.join)
            yield* group.spawn(Effect.mapError(task.join, (error) => `${error}!`))
          })
        })
        const exit = yield* Effect.exit(inner)
        expect(failuresOf(exit)).toHaveLength(1)
        expect(failuresOf(exit)).toMatchObject([["t", "Fail", expect.stringMatching(/^x/)]])
      })
    )
  )

  it.live("of nested groups is flat, and no Interrupt remains beside it [TG-15, TG-16]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const nested = (outer: Effect.Effect<void, string>, inner: Effect.Effect<void, string>) =>
          Effect.exit(
            TaskGroup.run("outer", function* (group) {
              yield* group.spawn(outer, "o")
              yield* TaskGroup.run("inner", function* (below) {
                yield* below.spawn(inner, "i")
                yield* Effect.never
              })
            })
          )
        const fails = after(2, Effect.fail("v"))
        expect(reasonsOf(yield* nested(fails, Effect.never))).toEqual([["Fail", "v"]])
        expect(failuresOf(yield* nested(Effect.never, fails))).toEqual([["i", "Fail", "v"]])
      })
    )
  )

  it.live(
    "beside which a cleanup dies can still be caught; the defect rides along and goes to the hook once [TG-19]",
    () =>
      leavesNothing(
        Effect.gen(function* () {
          const reports: Array<Report> = []
          const seen: Array<unknown> = []
          const program = TaskGroup.run("outer", () =>
            TaskGroup.run("g", function* (group) {
              yield* group.spawn(after(1, Effect.fail("z")), "a")
              yield* group.spawn(
                Effect.andThen(
                  Effect.addFinalizer(() => Effect.die("n")),
                  Effect.never
                ),
                "b"
              )
              yield* Effect.ensuring(Effect.never, Effect.die("m"))
            })
          )
          const caught = yield* program.pipe(
            Effect.tapCause((cause) => Effect.sync(() => seen.push(...failuresOf(Exit.failCause(cause))))),
            Effect.catch((error) => Effect.succeed(`caught ${error}`)),
            Effect.provideService(failureHook, (report) => log(reports, report))
          )
          expect(caught).toBe("caught z")
          expect(seen[0]).toEqual(["a", "Fail", "z"])
          expect(new Set(seen.slice(1))).toEqual(
            new Set([
              ["g", "Die", "m"],
              ["b", "Die", "n"]
            ])
          )
          expect(reports.map(({ kind, cause }) => `${kind} ${String(Cause.squash(cause))}`).toSorted()).toEqual([
            "defect m",
            "defect n"
          ])
        })
      )
  )

  it.live("stops a group that feeds itself; nobody is left alive [TG-22]", () =>
    leavesNothing(
      Effect.gen(function* () {
        let born = 0
        let alive = 0
        const exit = yield* Effect.exit(
          TaskGroup.run("hydra", function* (group) {
            const hydra: Effect.Effect<void> = Effect.gen(function* () {
              born++
              alive++
              yield* Effect.sleep(1)
              yield* group.spawn(hydra)
              yield* group.spawn(hydra)
            }).pipe(Effect.ensuring(Effect.sync(() => void alive--)))
            yield* group.spawn(hydra)
            const slayer = Effect.gen(function* () {
              while (born < 10) yield* Effect.yieldNow
              return yield* Effect.fail("z")
            })
            yield* group.spawn(slayer)
          })
        )
        expect([reasonsOf(exit), alive]).toEqual([[["Fail", "z"]], 0])
        expect(born).toBeGreaterThanOrEqual(10)
      })
    )
  )
})

describe("a cancel from outside", () => {
  it.live("reaches body and tasks, each cleanup runs once, and the group is interrupted [TG-06, TG-07]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const fiber = yield* start(
          TaskGroup.run("g", function* (group) {
            for (const i of upTo(5)) yield* group.spawn(forever(entries, i))
            yield* forever(entries, "body")
          })
        )
        yield* Effect.sleep(2)
        yield* Fiber.interrupt(fiber)
        expect(new Set(reasonsOf(yield* Fiber.await(fiber)).flat())).toEqual(new Set(["Interrupt"]))
        expect(new Set(entries)).toEqual(new Set(["body", 0, 1, 2, 3, 4]))
        expect(entries).toHaveLength(6)
      })
    )
  )

  it.live("shows every defect of a cleanup, equal ones too [TG-08, TG-18]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const fiber = yield* start(
          TaskGroup.run("g", function* (group) {
            for (const _ of upTo(5)) yield* group.spawn(Effect.ensuring(Effect.never, Effect.die("z")))
            yield* Effect.ensuring(Effect.never, Effect.die("z"))
          })
        )
        yield* Effect.sleep(2)
        yield* Fiber.interrupt(fiber)
        const died = reasonsOf(yield* Fiber.await(fiber)).filter(
          (reason) => Array.isArray(reason) && reason[0] === "Die"
        )
        expect(died).toEqual(upTo(6).map(() => ["Die", "z"]))
      })
    )
  )

  it.effect(
    "signals tasks at once, not after the body's cleanup; a typed error that comes then is kept [TG-17, D20]",
    () =>
      Effect.gen(function* () {
        yield* TestClock.adjust(0)
        const entries: Array<unknown> = []
        const fiber = yield* start(
          TaskGroup.run("g", function* (group) {
            yield* group.spawn(Effect.uninterruptible(after(300, Effect.fail("x"))))
            yield* group.spawn(
              Effect.onInterrupt(Effect.never, () => Effect.flatMap(CancelScope.now, (now) => log(entries, now)))
            )
            yield* Effect.onInterrupt(Effect.never, () => Effect.sleep(500))
          })
        )
        yield* TestClock.adjust(100)
        const cancelledAt = yield* CancelScope.now
        fiber.interruptUnsafe()
        yield* TestClock.adjust(499)
        expect([fiber.pollUnsafe(), entries]).toEqual([undefined, [cancelledAt]])
        yield* TestClock.adjust(1)
        expect(failuresOf(yield* Fiber.await(fiber))).toMatchObject([[expect.anything(), "Fail", "x"]])
      })
  )

  it.live("while the group waits for its tasks cancels them, and the waiting goes on [CS-09]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const scope = yield* CancelScope.make("s")
        const group = TaskGroup.run("g", (group) =>
          group.spawn(Effect.onInterrupt(Effect.never, () => after(3, log(entries, "cleaned up"))))
        )
        const fiber = yield* start(CancelScope.enter(scope)(group))
        yield* Effect.sleep(2)
        yield* scope.cancel()
        expect((yield* Fiber.join(fiber))._tag).toBe("Cancelled")
        expect(entries).toEqual(["cleaned up"])
      })
    )
  )

  it.live("reaches the leaves of a tree of groups [CS-08]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        let begun = 0
        const leaf = (name: string) =>
          Effect.suspend(() => {
            begun++
            return forever(entries, name)
          })
        const tree = (name: string, depth: number): Effect.Effect<void> =>
          TaskGroup.run(name, function* (group) {
            for (const i of [0, 1]) {
              const below = `${name}${i}`
              yield* group.spawn(depth === 0 ? leaf(below) : tree(below, depth - 1))
            }
          })
        const fiber = yield* start(tree("g", 5))
        while (begun < 64) yield* Effect.sleep(1)
        yield* Fiber.interrupt(fiber)
        expect(new Set(entries).size).toBe(64)
        expect(entries).toHaveLength(64)
      })
    )
  )
})

describe("spawning too late", () => {
  it.live("into a group that has ended is the defect GroupEnded, and the task never runs [TG-23, TG-24]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const groups: Array<TaskGroup.TaskGroup> = []
        const entries: Array<unknown> = []
        const keep = (group: TaskGroup.TaskGroup) => Effect.sync(() => void groups.push(group))
        yield* TaskGroup.run("ended", keep)
        yield* Effect.exit(TaskGroup.run("failed", (group) => Effect.andThen(keep(group), Effect.fail("e"))))
        for (const group of groups) {
          const exit = yield* Effect.exit(group.spawn(log(entries, "ran"), "late"))
          expect(reasonsOf(exit)).toEqual([["Die", new GroupEnded({ group: group.name, task: "late" })]])
        }
        expect(entries).toEqual([])
      })
    )
  )

  it.live("into a group that is being cancelled gives a handle that is cancelled already [D5]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        const fiber = yield* start(
          TaskGroup.run("g", function* (group) {
            const late = Effect.gen(function* () {
              const task = yield* group.spawn(log(entries, "ran"))
              entries.push(yield* task.status, Exit.isFailure(yield* task.await))
            })
            yield* Effect.onInterrupt(Effect.never, () => late)
          })
        )
        yield* Fiber.interrupt(fiber)
        expect(entries).toEqual(["cancelled", true])
      })
    )
  )

  it.live("from the cleanup of a task whose group goes on starts a task like any other", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        yield* TaskGroup.run("g", function* (group) {
          const cleanup = group.spawn(after(1, log(entries, "spawned in cleanup")))
          const task = yield* group.spawn(Effect.onInterrupt(Effect.never, () => cleanup))
          yield* Effect.sleep(1)
          yield* task.cancel()
        })
        expect(entries).toEqual(["spawned in cleanup"])
      })
    )
  )
})

describe("resources", () => {
  const resource = (entries: Array<unknown>, name: string) =>
    Effect.acquireRelease(log(entries, `+${name}`), () => after(1, log(entries, `-${name}`)))

  it.live("of a task are released when it ends, the body's after the last task, last first [CS-22]", () =>
    leavesNothing(
      Effect.gen(function* () {
        const entries: Array<unknown> = []
        yield* TaskGroup.run("g", function* (group) {
          yield* resource(entries, "body 1")
          yield* resource(entries, "body 2")
          const first = yield* group.spawn(resource(entries, "task 1"))
          yield* first.join
          yield* log(entries, "joined")
          yield* group.spawn(Effect.andThen(resource(entries, "task 2"), Effect.sleep(5)))
        })
        expect(entries).toEqual([
          "+body 1",
          "+body 2",
          "+task 1",
          "-task 1",
          "joined",
          "+task 2",
          "-task 2",
          "-body 2",
          "-body 1"
        ])
      })
    )
  )

  it.live("of a body whose release dies make the group die, and beside a failure they ride along", () =>
    leavesNothing(
      Effect.gen(function* () {
        const body = (failure: Effect.Effect<void, string>) => (group: TaskGroup.TaskGroup) =>
          Effect.andThen(
            Effect.addFinalizer(() => Effect.die("release")),
            group.spawn(failure, "t")
          )
        const run = (failure: Effect.Effect<void, string>) =>
          Effect.exit(TaskGroup.run("g", body(failure)).pipe(Effect.provideService(failureHook, () => Effect.void)))
        expect(reasonsOf(yield* run(Effect.void))).toEqual([["Die", "release"]])
        const exit = yield* run(Effect.fail("x"))
        expect(reasonsOf(exit)).toEqual([["Fail", "x"]])
        expect(failuresOf(exit)).toEqual([
          ["t", "Fail", "x"],
          ["g", "Die", "release"]
        ])
      })
    )
  )
})

describe("many and deep", () => {
  it.live(
    "a group starts and awaits 100,000 tasks, and cancels as many, each once",
    () =>
      leavesNothing(
        Effect.gen(function* () {
          let done = 0
          yield* TaskGroup.run("g", function* (group) {
            for (let i = 0; i < 100_000; i++) yield* group.spawn(Effect.sync(() => void done++))
          })
          expect(done).toBe(100_000)
          let cleaned = 0
          const outcome = yield* CancelScope.run("s", (scope) =>
            TaskGroup.run("g", function* (group) {
              let begun = 0
              const begin = Effect.flatMap(
                Effect.sync(() => void begun++),
                () => Effect.never
              )
              const cleanup = Effect.sync(() => void cleaned++)
              for (let i = 0; i < 100_000; i++) yield* group.spawn(Effect.ensuring(begin, cleanup))
              // A task that has not begun has nothing to clean up.
              while (begun < 100_000) yield* Effect.sleep(1)
              yield* scope.cancel()
            })
          )
          expect([outcome._tag, cleaned]).toEqual(["Cancelled", 100_000])
        })
      ),
    60_000
  )

  const nested = (depth: number, leaf: Effect.Effect<void, string>): Effect.Effect<void, string> => {
    let body = leaf
    for (let i = 0; i < depth; i++) {
      const inner = body
      body = TaskGroup.run("g", (group) => Effect.flatMap(group.spawn(inner), (task) => task.join))
    }
    return body
  }

  it.live("3,000 nested groups go in and out, fail and are cancelled", () =>
    leavesNothing(
      Effect.gen(function* () {
        yield* nested(3000, Effect.yieldNow)
        expect(
          reasonsOf(yield* Effect.exit(nested(500, Effect.andThen(Effect.yieldNow, Effect.fail("deep")))))
        ).toEqual([["Fail", "deep"]])
        const entries: Array<unknown> = []
        const fiber = yield* start(nested(3000, forever(entries, "leaf")))
        yield* Effect.sleep(30)
        yield* Fiber.interrupt(fiber)
        expect(entries.length).toBeLessThanOrEqual(1)
      })
    )
  )

  it.live("a relay of 5,000 tasks, each joining the one before, ends", () =>
    leavesNothing(
      Effect.gen(function* () {
        const last = yield* TaskGroup.run("g", function* (group) {
          let task = yield* group.spawn(Effect.as(Effect.sleep(2), 0))
          for (let i = 0; i < 5000; i++) {
            const { join } = task
            task = yield* group.spawn(Effect.map(join, (n) => n + 1))
          }
          return yield* task.join
        })
        expect(last).toBe(5000)
      })
    )
  )
})

describe("under other schedulers", () => {
  it("runSync of a group whose tasks never wait gives its value; of one that waits it fails as Effect's own [XG-13]", () => {
    mayLeave(["fibers", "timers"], "runSync leaves behind what waits")
    const sum = TaskGroup.run({ name: "g", limit: 3 }, function* (group) {
      const tasks = []
      for (const i of upTo(100)) tasks.push(yield* group.spawn(Effect.succeed(i)))
      let total = 0
      for (const task of tasks) total += yield* task.join
      return total
    })
    expect(Effect.runSync(sum)).toBe(4950)
    const failing = TaskGroup.run("g", function* (group) {
      for (const _ of upTo(300)) yield* group.spawn(Effect.never)
      yield* group.spawn(Effect.fail("x"))
    })
    expect(reasonsOf(Effect.runSyncExit(failing))).toEqual([["Fail", "x"]])
    const waiting = Effect.runSyncExit(TaskGroup.run("g", (group) => group.spawn(Effect.sleep(1))))
    const plain = Effect.runSyncExit(Effect.sleep(1))
    const [ours] = reasonsOf(waiting) as ReadonlyArray<[string, Error]>
    const [theirs] = reasonsOf(plain) as ReadonlyArray<[string, Error]>
    expect(ours?.[1].message).toBe(theirs?.[1].message)
  })

  it.live("one that is not the default runs the same programs", () =>
    leavesNothing(
      Effect.gen(function* () {
        const program = TaskGroup.run({ name: "g", limit: 2 }, function* (group) {
          const tasks = []
          for (const i of upTo(50)) tasks.push(yield* group.spawn(Effect.as(Effect.yieldNow, i)))
          let total = 0
          for (const task of tasks) total += yield* task.join
          return total
        })
        const total = yield* Effect.provideService(program, Scheduler.Scheduler, new Scheduler.MixedScheduler())
        expect(total).toBe(1225)
      })
    )
  )
})

it("a generator spawns, and joins what has ended, in its own step; at the limit it waits [S-340]", async () => {
  const program = TaskGroup.run({ name: "group", limit: 2 }, function* (group) {
    const fiber = yield* Effect.fiber
    const steps = function* <A, E>(operation: Effect.Effect<A, E>) {
      const before = fiber.currentOpCount
      const value = yield* operation
      return { value, took: fiber.currentOpCount - before }
    }
    const one = yield* steps(group.spawn(Effect.succeed("one")))
    const two = yield* steps(group.spawn(Effect.succeed("two"), "named"))
    const before = yield* one.value.status
    yield* group.spawn(Effect.succeed("three"))
    const after = yield* one.value.status
    expect(two.value.name).toBe("named")
    const joined = yield* steps(one.value.join)
    return [one.took, two.took, before, after, joined]
  })
  expect(await Effect.runPromise(program)).toEqual([0, 0, "queued", "succeeded", { value: "one", took: 0 }])
})
