import { Effect, Exit, Option } from "effect"
import { TaskGroup } from "ferrule"
import { Life } from "../Life.ts"
import { type Program, program } from "../Program.ts"
import { cancelling, together, ways } from "../together.ts"

export const groupRoomPrograms: ReadonlyArray<Program> = [
  program("with a limit no more run at once, first come, first served", ["S-51", "S-40"], function* (see) {
    let [running, most] = [0, 0]
    const job = (name: string) =>
      Effect.gen(function* () {
        most = Math.max(most, ++running)
        see.log.push(name)
        yield* Effect.yieldNow
        running--
      })
    yield* TaskGroup.run({ name: "g", limit: 1 }, function* (group) {
      yield* group.spawn(job("a"))
      yield* group.spawn(job("b"))
      yield* group.spawn(job("c"))
    })
    see.equal([most, see.log], [1, ["a", "b", "c"]], "one after the other, in order")
  }),

  program("a group that feeds itself cannot lock itself up", ["S-51", "S-39"], function* (see) {
    const life = new Life(see)
    yield* TaskGroup.run({ name: "g", limit: 1 }, function* (group) {
      const feeding = life.of(
        Effect.gen(function* () {
          const task = yield* group.spawn(life.of(Effect.yieldNow))
          see.oneOf(yield* task.status, ["queued", "running", "succeeded"], "it waits for its room, or has had it")
        })
      )
      yield* group.spawn(feeding)
      yield* group.spawn(feeding)
    })
    see.equal(life.begun, 4, "all ran")
  }),

  program("setLimit lets more in at once, and stops nobody", ["S-60", "S-51"], function* (see) {
    const life = new Life(see)
    yield* TaskGroup.run({ name: "g", limit: 0 }, function* (group) {
      yield* together(
        group.spawn(life.of(Effect.yieldNow)),
        group.spawn(life.of(Effect.yieldNow)),
        Effect.andThen(group.setLimit(1), group.setLimit(2))
      )
    })
    see.equal(life.begun, 2, "both ran")
  }),

  program("trySpawn never waits and starts nothing where there is no room", ["S-60"], function* (see) {
    const life = new Life(see)
    let started = 0
    yield* TaskGroup.run({ name: "g", limit: 1 }, function* (group) {
      const one = Effect.map(
        group.trySpawn(life.of(Effect.yieldNow)),
        (task) => void (Option.isSome(task) && started++)
      )
      yield* together(one, one)
    })
    see.equal(life.begun, started, "what it says to have started has run, and nothing else")
    see.that(started >= 1, "the first had room")
  }),

  ...ways.map((way) =>
    program(
      `a spawn that waits for room and is cancelled takes no place with it, by ${way}`,
      ["S-51", "S-60"],
      function* (see) {
        const life = new Life(see)
        yield* TaskGroup.run({ name: "g", limit: 1 }, function* (group) {
          yield* group.spawn(life.of(Effect.yieldNow))
          yield* together(cancelling(way, group.spawn(life.of(Effect.void))), group.spawn(life.of(Effect.void)))
          yield* group.spawn(life.of(Effect.void))
        })
        see.that(life.begun >= 3, "the others had their places")
        life.over("the group")
      }
    )
  ),

  program(
    "close takes no new task, lets what runs go on for drain, then cancels it",
    ["S-58", "S-50"],
    function* (see) {
      const life = new Life(see)
      yield* TaskGroup.run("g", function* (group) {
        const short = yield* group.spawn(life.of(Effect.as(Effect.sleep(1), "short")))
        const long = yield* group.spawn(life.of(Effect.never))
        const late = yield* Effect.all(
          [group.close({ drain: 5 }), Effect.delay(group.spawn(life.of(Effect.void)), 1)],
          {
            concurrency: 2
          }
        )
        life.over("close")
        see.equal(yield* late[1].status, "cancelled", "no new task")
        see.oneOf(yield* short.await, [Exit.succeed("short")], "what ends in time has its value")
        see.equal(yield* long.status, "cancelled", "the rest is cancelled")
      })
      see.equal(life.begun, 2, "the late one never ran")
    }
  ),

  program(
    "close beside a spawn beside another close: what began has ended when each returns",
    ["S-58", "S-50"],
    function* (see) {
      const life = new Life(see)
      yield* TaskGroup.run("g", function* (group) {
        const close = Effect.andThen(
          group.close(),
          Effect.sync(() => life.over("close"))
        )
        yield* together(close, group.spawn(life.of(Effect.never)), close)
        yield* group.spawn(life.of(Effect.never))
        see.that((yield* group.size) === 0, "nothing runs after it")
      })
    }
  ),

  program("a daemon does not keep its group open, and its cleanup is awaited", ["S-57"], function* (see) {
    const life = new Life(see)
    yield* TaskGroup.run("g", function* (group) {
      yield* group.spawn(life.of(Effect.never), { daemon: true })
      yield* group.spawn(life.of(Effect.yieldNow))
    })
    life.over("the group")
  }),

  program(
    "a daemon that fails before the end fails the group; one that dies in its cleanup is told",
    ["S-57", "S-91"],
    function* (see) {
      let began = false
      const begin = Effect.sync(() => void (began = true))
      const dying = Effect.uninterruptibleMask((restore) =>
        Effect.andThen(begin, Effect.ensuring(restore(Effect.never), Effect.die("cleanup")))
      )
      yield* TaskGroup.run("g", function* (group) {
        yield* group.spawn(dying, { daemon: true, name: "daemon" })
        yield* group.spawn(Effect.yieldNow)
      })
      see.equal(
        see.told().map(({ kind, task }) => [kind, task]),
        began ? [["defect", "daemon"]] : [],
        "told once"
      )
    }
  )
]
