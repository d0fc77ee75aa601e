import { Context, Effect } from "effect"
import { Runtime, TaskGroup } from "ferrule"
import { valueAfter } from "../harness/delayed.ts"
import { ok } from "../harness/Outcome.ts"
import { type Scenario, scenario } from "../harness/Scenario.ts"

const steps = 3

class Letter extends Context.Service<Letter, string>()("conformance/Letter") {}

export const taskGroupLife: ReadonlyArray<Scenario> = [
  scenario("TG-01", "a group ends with its last child, and join gives each child's value", function* (t) {
    const [first, second] = yield* TaskGroup.run("pair", function* (group) {
      return [yield* group.spawn(valueAfter(100, 42)), yield* group.spawn(valueAfter(200, 11))] as const
    })
    t.isAt(200)
    t.equal(yield* first.join, 42)
    t.equal(yield* second.join, 11)
    t.isAt(200)
  }),

  scenario("TG-02", "a group waits for a child that its body spawned late", function* (t) {
    const [first, second] = yield* TaskGroup.run("pair", function* (group) {
      const early = yield* group.spawn(valueAfter(100, 42))
      yield* Effect.sleep(150)
      return [early, yield* group.spawn(valueAfter(200, 11))] as const
    })
    t.isAt(350)
    t.equal(yield* first.join, 42)
    t.equal(yield* second.join, 11)
  }),

  scenario("TG-03", "a group goes on when one child is cancelled by its handle", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("pair", function* (group) {
        const cancelled = yield* group.spawn(Effect.andThen(Effect.sleep(1000), t.log("slept")))
        yield* Effect.sleep(150)
        yield* cancelled.cancel()
        const other = yield* group.spawn(valueAfter(200, 11))
        return { cancelled, other }
      })
    )
    t.equal(ended.at, 350)
    t.check(ended.exit._tag === "Success", "the group succeeds")
    if (ended.exit._tag !== "Success") return
    t.equal(yield* ended.exit.value.cancelled.status, "cancelled")
    t.equal(yield* ended.exit.value.other.join, 11)
    t.logged()
  }),

  scenario("TG-14", "tasks that yield take their steps in turn", function* (t) {
    const walk = (name: string) =>
      Effect.gen(function* () {
        for (let step = 1; step <= steps; step++) {
          yield* t.log(`${name}${step}`)
          yield* Effect.yieldNow
        }
      })
    yield* TaskGroup.run("walkers", function* (group) {
      yield* group.spawn(walk("a"))
      yield* group.spawn(walk("b"))
    })
    t.equal(t.entries.length, 2 * steps)
    for (let step = 1; step <= steps; step++) {
      t.sameMembers(t.entries.slice(2 * step - 2, 2 * step), [`a${step}`, `b${step}`], `step ${step}`)
    }
  }),

  scenario(
    "TG-21",
    "a child spawns into its group after the body has ended, and the group waits for that",
    function* (t) {
      const ended = yield* t.ended(
        TaskGroup.run("chain", function* (group) {
          yield* group.spawn(
            Effect.gen(function* () {
              yield* Effect.sleep(50)
              yield* group.spawn(Effect.andThen(Effect.sleep(100), t.log("first")))
              yield* group.spawn(Effect.andThen(Effect.sleep(200), t.log("second")))
            })
          )
          return "body"
        })
      )
      t.ends(ended, ok("body"), 250)
      t.logged("first", "second")
    }
  ),

  scenario(
    "TG-23",
    "spawning into a group that has ended is the defect GroupEnded, and the task never runs",
    function* (t) {
      const group = yield* TaskGroup.run("early", (present) => Effect.succeed(present))
      const ended = yield* t.ended(group.spawn(t.log("ran"), "straggler"))
      const defect = t.diesOf(ended, Runtime.GroupEnded)
      t.equal([defect.group, defect.task], ["early", "straggler"])
      t.check(defect.message.includes("early") && defect.message.includes("straggler"), "its message names both")
      const setup = Effect.as(t.log("set up"), TaskGroup.ready(1, Effect.void))
      t.equal(t.diesOf(yield* t.ended(group.start(setup)), Runtime.GroupEnded).group, "early")
      yield* Effect.sleep(10)
      t.logged()
    }
  ),

  scenario("TG-24", "spawning into a group that has failed is the defect GroupEnded", function* (t) {
    const groups: Array<TaskGroup.TaskGroup<"early">> = []
    const failed = yield* t.ended(
      TaskGroup.run("early", (present) => {
        groups.push(present)
        return Effect.fail("x")
      })
    )
    t.check(failed.exit._tag === "Failure", "the group fails")
    const late = t.diesOf(yield* t.ended(groups[0]!.spawn(t.log("ran"))), Runtime.GroupEnded)
    t.equal(late.group, "early")
    yield* Effect.sleep(10)
    t.logged()
  }),

  scenario(
    "TG-26",
    "a task starts with the context of its spawn, and changes to it stay on their own side",
    function* (t) {
      const seen: Array<string> = []
      const note = Effect.flatMap(Letter, (letter) => Effect.sync(() => void seen.push(letter)))
      const child = Effect.gen(function* () {
        yield* note
        yield* Effect.provideService(Effect.andThen(Effect.sleep(10), note), Letter, "c")
      })
      yield* TaskGroup.run("letters", function* (group) {
        yield* Effect.provideService(group.spawn(note), Letter, "o")
        yield* Effect.provideService(group.spawn(child), Letter, "p")
        yield* Effect.provideService(Effect.andThen(Effect.sleep(50), note), Letter, "q")
      })
      t.equal(seen, ["o", "p", "c", "q"])
    }
  ),

  scenario("TG-35", "a group limited to ten tasks never runs more of them together, and runs them all", function* (t) {
    let alive = 0
    let most = 0
    let done = 0
    const job = Effect.gen(function* () {
      most = Math.max(most, ++alive)
      yield* Effect.sleep(1)
      alive--
      done++
    })
    yield* TaskGroup.run({ name: "limited", limit: 10 }, function* (group) {
      for (let i = 0; i < 1025; i++) yield* group.spawn(job)
    })
    t.equal({ most, done, alive }, { most: 10, done: 1025, alive: 0 })
    t.isAt(103)
  })
]
