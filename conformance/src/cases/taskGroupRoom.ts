import { Effect, Option } from "effect"
import { TaskGroup } from "ferrule"
import { ok } from "../harness/Outcome.ts"
import { scenario, type Scenario } from "../harness/Scenario.ts"
import type { Trial } from "../harness/Trial.ts"

const recorded = (t: Trial, starts: Array<number>, millis: number) =>
  Effect.suspend(() => {
    starts.push(t.now)
    return Effect.sleep(millis)
  })

export const taskGroupRoom: ReadonlyArray<Scenario> = [
  scenario("TG-36", "trySpawn starts nothing where there is no room", function* (t) {
    yield* TaskGroup.run({ name: "two", limit: 2 }, function* (group) {
      const first = yield* group.trySpawn(Effect.sleep(100))
      const second = yield* group.trySpawn(Effect.sleep(200))
      const third = yield* group.trySpawn(t.log("third"))
      t.equal([first, second, third].map(Option.isSome), [true, true, false])
      yield* t.at(150)
      t.equal(Option.isSome(yield* group.trySpawn(t.log("later"))), true)
    })
    yield* TaskGroup.run({ name: "none", limit: 0 }, function* (group) {
      t.equal(Option.isSome(yield* group.trySpawn(t.log("never"))), false)
    })
    t.logged("later")
  }),

  scenario("XG-09", "a limit that is moved lets more in at once, and stops nobody", function* (t) {
    const up: Array<number> = []
    const raised = TaskGroup.run({ name: "up", limit: 1 }, function* (group) {
      yield* t.start(Effect.andThen(t.at(150), group.setLimit(4)))
      for (let i = 0; i < 5; i++) yield* group.spawn(recorded(t, up, 100))
      // `t.start` is a child of this fiber, which has to be there until then.
      yield* group.awaitAll
    })
    t.ends(yield* t.ended(raised), ok(undefined), 250)
    t.equal(up, [0, 100, 150, 150, 150])

    const down: Array<number> = []
    const lowered = TaskGroup.run({ name: "down", limit: 3 }, function* (group) {
      yield* t.start(Effect.andThen(t.at(300), group.setLimit(1)))
      for (let i = 0; i < 6; i++) yield* group.spawn(recorded(t, down, 100))
      yield* group.awaitAll
    })
    t.ends(yield* t.ended(lowered), ok(undefined), 650)
    t.equal(down, [250, 250, 250, 350, 450, 550])
  })
]
