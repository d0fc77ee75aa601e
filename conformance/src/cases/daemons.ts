import { Effect, Schedule } from "effect"
import { TaskGroup } from "ferrule"
import { Fail, fail, ok } from "../harness/Outcome.ts"
import { scenario, type Scenario } from "../harness/Scenario.ts"

const ticking = (millis: number) => Effect.forever(Effect.sleep(7)).pipe(Effect.onInterrupt(() => Effect.sleep(millis)))

export const daemons: ReadonlyArray<Scenario> = [
  scenario("XG-05", "a daemon is cancelled and awaited when the others have ended", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("main", function* (group) {
        yield* group.spawn(Effect.sleep(100))
        yield* group.spawn(ticking(30), { daemon: true })
        return "body"
      })
    )
    t.ends(ended, ok("body"), 130)
    const alone = yield* t.ended(
      TaskGroup.run("alone", function* (group) {
        yield* group.spawn(ticking(30), { daemon: true, immediate: true })
        return "body"
      })
    )
    t.ends(alone, ok("body"), 160)
  }),

  scenario("XG-06", "a daemon that fails, fails the group", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("main", function* (group) {
        yield* group.spawn(Effect.delay(Effect.fail("x"), 50), { daemon: true })
        yield* group.spawn(Effect.sleep(100))
      })
    )
    t.ends(ended, fail(Fail("x")), 50)
  }),

  scenario("RU-02", "a daemon left when the body ends is cancelled, and its cleanup is awaited", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("main", function* (group) {
        yield* group.spawn(t.forever("cleaned up", 40), { daemon: true })
        yield* Effect.sleep(10)
        return 1
      })
    )
    t.ends(ended, ok(1), 50)
    t.logged("cleaned up")
  }),

  scenario("RU-03", "a daemon whose cleanup dies at the end is reported, and the body's value stays", function* (t) {
    const ended = yield* t.ended(
      TaskGroup.run("main", function* (group) {
        yield* group.spawn(Effect.ensuring(Effect.never, Effect.die("z")), { daemon: true, name: "d" })
        yield* Effect.sleep(10)
        return 1
      })
    )
    t.ends(ended, ok(1), 10)
    t.equal(
      t.reports.map(({ group, kind, task }) => [group, task, kind]),
      [["main", "d", "defect"]]
    )
  }),

  scenario("XG-07", "a restarted task starts again until the intensity is used up, and then fails", function* (t) {
    const starts: Array<number> = []
    const attempt = Effect.suspend(() => {
      starts.push(t.now)
      return Effect.delay(Effect.fail(`x${starts.length}`), 10)
    })
    const restart = { schedule: Schedule.spaced(100), intensity: { max: 3, within: 1000 } }
    const joined: Array<number> = []
    const ended = yield* t.ended(
      TaskGroup.run("main", function* (group) {
        const task = yield* group.spawn(attempt, { restart })
        yield* Effect.ensuring(
          task.await,
          Effect.sync(() => joined.push(t.now))
        )
      })
    )
    t.ends(ended, fail(Fail("x4")), 340)
    t.equal([starts, joined], [[0, 110, 220, 330], [340]])
  })
]
