import { mayLeave } from "@ferrule/testing/vitest"
import { expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { CancelScope, Runtime, TaskGroup } from "ferrule"
import { describe } from "vitest"
import { explore, randomFrom } from "./support/Preempting.ts"
import { randomProgram } from "./support/randomProgram.ts"

const quietly = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.provideService(self, Runtime.failureHook, () => Effect.void)

/** What is wrong with the way a random program ended under a random schedule. */
const problemsOf = (seed: number): ReadonlyArray<string> => {
  const { run, text, world } = randomProgram(randomFrom(seed * 7919))
  const { exit, endless, fibersLeft } = explore(quietly(run), seed, true)
  const problems = [...world.wrong]
  if (endless) problems.push("it goes on for ever")
  else if (exit === undefined) problems.push("it hangs, though its fiber was interrupted")
  else {
    if (fibersLeft !== 0) problems.push(`${fibersLeft} fibers are left`)
    if (world.begun !== world.cleanedUp) problems.push(`${world.cleanedUp} cleanups of ${world.begun}`)
    if (Exit.isFailure(exit) && exit.cause.reasons.length === 0) problems.push("it failed without a reason")
  }
  return problems.map((problem) => `seed ${seed}: ${problem} in ${text}`)
}

describe("whatever is made of scopes, groups, timeouts and lists, and however it is scheduled", () => {
  it("a program ends, leaves no fiber, runs every cleanup once, and no group ends before its tasks", () => {
    mayLeave(["fibers", "timers"], "some are run without an interrupt, to see that they wait for one")
    let waited = 0
    for (let seed = 1; seed <= 5000; seed++) {
      expect(problemsOf(seed)).toEqual([])
      const { run } = randomProgram(randomFrom(seed * 7919))
      if (seed % 100 === 0 && explore(quietly(run), seed).exit === undefined) waited++
    }
    // The programs are not trivial: some wait until somebody interrupts them.
    expect(waited).toBeGreaterThan(3)
  })
})

describe("under a thousand schedules", () => {
  it("somebody outside who spawns into a group with a limit never waits for ever, and nothing runs after the group", () => {
    everySchedule(
      () =>
        Effect.gen(function* () {
          const groups: Array<TaskGroup.TaskGroup> = []
          const entries: Array<string> = []
          const log = (entry: string) => Effect.sync(() => void entries.push(entry))
          const inside = TaskGroup.run({ name: "g", limit: 1 }, (group) => {
            groups.push(group)
            return group.spawn(Effect.andThen(Effect.yieldNow, log("inside")))
          })
          const running = yield* Effect.forkChild(Effect.andThen(inside, log("over")), { startImmediately: true })
          while (groups.length === 0) yield* Effect.yieldNow
          const outside = Effect.andThen(Effect.yieldNow, log("outside"))
          const exits = yield* Effect.forEach([1, 2], () => Effect.exit(groups[0]!.spawn(outside)), {
            concurrency: "unbounded"
          })
          yield* Fiber.join(running)
          return { entries, spawned: exits.filter(Exit.isSuccess).length }
        }),
      ({ entries, spawned }) => {
        expect(entries.at(-1)).toBe("over")
        expect(entries.filter((entry) => entry === "outside")).toHaveLength(spawned)
      }
    )
  })

  const everySchedule = <A>(make: () => Effect.Effect<A, unknown>, holds: (value: A) => void): void => {
    for (let seed = 0; seed < 1000; seed++) {
      const { exit, fibersLeft } = explore(make(), seed)
      expect(exit?._tag, `seed ${seed}`).toBe("Success")
      if (exit !== undefined && Exit.isSuccess(exit)) holds(exit.value)
      expect(fibersLeft, `seed ${seed}`).toBe(0)
    }
  }

  it("a limit is never passed, and everybody gets a place", () => {
    everySchedule(
      () =>
        Effect.suspend(() => {
          let [running, most, done] = [0, 0, 0]
          const job = Effect.gen(function* () {
            most = Math.max(most, ++running)
            yield* Effect.yieldNow
            running--
            done++
          })
          return Effect.map(
            TaskGroup.run({ name: "g", limit: 2 }, (group) =>
              Effect.forEach([1, 2, 3, 4, 5], () => group.spawn(Effect.andThen(job, group.spawn(job))))
            ),
            () => ({ most, done })
          )
        }),
      ({ most, done }) => {
        expect(most).toBeLessThanOrEqual(2)
        expect(done).toBe(10)
      }
    )
  })

  it("a task that is cancelled at any point ends cancelled or with its value, and its waiter learns which", () => {
    everySchedule(
      () =>
        TaskGroup.run("g", function* (group) {
          const task = yield* group.spawn(Effect.as(Effect.yieldNow, "v"))
          yield* group.spawn(task.cancel())
          const exit = yield* task.await
          return [yield* task.status, exit._tag]
        }),
      (seen) =>
        expect([
          ["succeeded", "Success"],
          ["cancelled", "Failure"]
        ]).toContainEqual(seen)
    )
  })

  it("a scope that is cancelled at any point is completed or cancelled, and so is what is inside", () => {
    everySchedule(
      () =>
        TaskGroup.run("g", function* (group) {
          const scope = yield* CancelScope.make("s")
          yield* group.spawn(scope.cancel("x"))
          const inner = CancelScope.run("inner", () => Effect.andThen(Effect.yieldNow, Effect.yieldNow))
          return yield* CancelScope.enter(scope)(inner)
        }),
      (outcome) => {
        if (outcome._tag === "Completed") expect(outcome.value._tag).toBe("Completed")
        else expect(outcome.trace).toMatchObject({ scope: "s", reason: { message: "x" } })
      }
    )
  })

  it("all failures that a group collects are there, whichever comes first", () => {
    everySchedule(
      () =>
        Effect.map(
          Effect.exit(
            TaskGroup.run("g", function* (group) {
              const stubborn = (error: string) =>
                Effect.uninterruptible(Effect.andThen(Effect.yieldNow, Effect.fail(error)))
              yield* group.spawn(stubborn("a"), { immediate: true })
              yield* group.spawn(stubborn("b"), { immediate: true })
            })
          ),
          (exit) => (Exit.isFailure(exit) ? CancelScope.failures(exit.cause).length : 0)
        ),
      (count) => {
        // Under preemption a task may be cancelled before it has masked itself.
        expect([1, 2]).toContain(count)
      }
    )
  })
})
