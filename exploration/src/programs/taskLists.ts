import { Effect, Exit, Stream } from "effect"
import { TaskGroup } from "ferrule"
import { Life } from "../Life.ts"
import { type Program, program } from "../Program.ts"
import { cancelling, together, victim, ways } from "../together.ts"
import { errorOf } from "../ended.ts"

export const taskListPrograms: ReadonlyArray<Program> = [
  program("all gives the values in the order of the tasks", ["S-53"], function* (see) {
    const values = yield* TaskGroup.all([
      Effect.as(Effect.yieldNow, 1),
      Effect.succeed(2),
      Effect.as(Effect.yieldNow, 3)
    ])
    see.equal(values, [1, 2, 3], "in order")
  }),

  program("all fails with the first failure, the others cancelled and cleaned up", ["S-53", "S-42"], function* (see) {
    const life = new Life(see)
    const exit = yield* Effect.exit(
      TaskGroup.all([life.of(Effect.never), life.of(Effect.fail("e")), life.of(Effect.yieldNow)])
    )
    see.equal(errorOf(exit), "e", "the failure")
    life.over("all")
  }),

  program(
    "forEach gives its results in the order of the items, at most so many at once",
    ["S-53", "S-51"],
    function* (see) {
      let [running, most] = [0, 0]
      const one = (n: number) =>
        Effect.gen(function* () {
          most = Math.max(most, ++running)
          yield* Effect.yieldNow
          running--
          return n
        })
      see.equal(yield* TaskGroup.forEach([1, 2, 3], one, { limit: 2 }), [1, 2, 3], "in order")
      see.that(most <= 2, "two at once")
    }
  ),

  program("firstSuccess gives the first value after the losers have cleaned up", ["S-54"], function* (see) {
    const life = new Life(see)
    const kept: Array<number> = []
    const discard = (value: number) => Effect.sync(() => void kept.push(value))
    const value = yield* TaskGroup.firstSuccess(
      [
        life.of(Effect.as(Effect.yieldNow, 1)),
        life.of(Effect.uninterruptible(Effect.succeed(2))),
        life.of(Effect.fail("x"))
      ],
      { discard }
    )
    see.oneOf(value, [1, 2], "a value")
    see.that(!kept.includes(value), "what is given is not discarded")
    see.equal(new Set(kept).size, kept.length, "what came too late is discarded once")
    life.over("the race")
  }),

  program("firstSuccess fails with every error when all fail", ["S-54"], function* (see) {
    const exit = yield* Effect.exit(
      TaskGroup.firstSuccess([Effect.fail("a"), Effect.andThen(Effect.yieldNow, Effect.fail("b"))])
    )
    const error = errorOf(exit)
    see.that(error instanceof TaskGroup.AllFailed, "AllFailed")
    if (error instanceof TaskGroup.AllFailed) see.same([...error.errors], ["a", "b"], "every error")
  }),

  ...ways.map((way) =>
    program(
      `no value of a race that is cancelled is both given and discarded, by ${way}`,
      ["S-54", "S-8"],
      function* (see) {
        const life = new Life(see)
        const [made, given, kept]: [Array<number>, Array<number>, Array<number>] = [[], [], []]
        const attempt = (n: number) =>
          life.of(
            Effect.uninterruptible(
              Effect.sync(() => {
                made.push(n)
                return n
              })
            )
          )
        const race = Effect.uninterruptibleMask((restore) =>
          Effect.map(
            restore(
              TaskGroup.firstSuccess([attempt(1), attempt(2)], { discard: (n) => Effect.sync(() => void kept.push(n)) })
            ),
            (n) => void given.push(n)
          )
        )
        yield* cancelling(way, race)
        // An attempt that is cancelled when it has made its value drops it itself.
        see.that(
          [...given, ...kept].every((n) => made.includes(n)),
          "only what was made"
        )
        see.equal(new Set([...given, ...kept]).size, given.length + kept.length, "once")
        see.that(given.length <= 1, "one is given")
        life.over("the race")
      }
    )
  ),

  ...ways.map((way) =>
    program(`a list that is cancelled ends after its tasks, by ${way}`, ["S-53", "S-47"], function* (see) {
      const life = new Life(see)
      const list = TaskGroup.forEach([1, 2, 3], () => life.of(Effect.yieldNow), { limit: 2 })
      yield* cancelling(
        way,
        Effect.ensuring(
          list,
          Effect.sync(() => life.over("the list"))
        )
      )
    })
  ),

  ...ways.map((way) =>
    program(`a completion that a cancelled pull had is the next one's, by ${way}`, ["S-61"], function* (see) {
      const names: Array<string> = []
      yield* TaskGroup.run("g", function* (group) {
        const pull = yield* Stream.toPull(group.completions)
        const read = Effect.map(pull, (tasks) => {
          for (const task of tasks) names.push(task.name)
        })
        const cut = yield* victim(way, Effect.ignore(read))
        yield* together(
          cut.run,
          Effect.andThen(Effect.sleep(1), cut.cancel),
          Effect.delay(group.spawn(Effect.void, "a"), 1),
          Effect.delay(group.spawn(Effect.void, "b"), 1)
        )
        let done = false
        while (!done) done = Exit.isFailure(yield* Effect.exit(read))
      })
      see.same(names, ["a", "b"], "each once")
    })
  ),

  program("completions gives each task once, as they end, and ends when none is left", ["S-61"], function* (see) {
    const names: Array<string> = []
    yield* TaskGroup.run("g", function* (group) {
      const reading = Stream.runForEach(group.completions, ({ name }) => Effect.sync(() => void names.push(name)))
      yield* group.spawn(Effect.sleep(1), "a")
      yield* group.spawn(Effect.sleep(2), "b")
      yield* reading
    })
    see.equal(names, ["a", "b"], "in the order in which they end")
  }),

  program(
    "firstSettled gives the first end, value or error; an error that does not show is told",
    ["S-62", "S-63"],
    function* (see) {
      const life = new Life(see)
      const exit = yield* Effect.exit(
        TaskGroup.firstSettled([
          life.of(Effect.fail("e")),
          life.of(Effect.as(Effect.yieldNow, 1)),
          life.of(Effect.never)
        ])
      )
      see.that(errorOf(exit) === "e" || (Exit.isSuccess(exit) && exit.value === 1), "one of the two that end")
      const told = see.told().map(({ kind, task }) => [kind, task])
      see.oneOf(
        told,
        Exit.isSuccess(exit) ? [[], [["failure", "firstSettled/1"]]] : [[]],
        "told once, if it failed meanwhile"
      )
      life.over("the race")
    }
  ),

  program("quorum gives the first k values, or AllFailed as soon as k cannot be had", ["S-62"], function* (see) {
    const life = new Life(see)
    const good = yield* TaskGroup.quorum(
      [life.of(Effect.succeed(1)), life.of(Effect.fail("x")), life.of(Effect.succeed(3))],
      2
    )
    see.same([...good], [1, 3], "both values")
    const bad = yield* Effect.exit(
      TaskGroup.quorum([life.of(Effect.fail("a")), life.of(Effect.fail("b")), life.of(Effect.never)], 2)
    )
    see.that(errorOf(bad) instanceof TaskGroup.AllFailed, "two of three have failed")
    see.oneOf(
      see.told().map(({ task }) => task),
      [[], ["quorum/2"]],
      "a failure that does not show is told once"
    )
    life.over("each")
  }),

  program(
    "runWith: the joiner decides, what runs is cancelled, failures that do not show are told",
    ["S-63"],
    function* (see) {
      const life = new Life(see)
      const value = yield* TaskGroup.runWith("g", TaskGroup.Joiners.firstSuccess, function* (_group, join) {
        yield* join(life.of(Effect.as(Effect.yieldNow, 1)))
        yield* join(life.of(Effect.never))
      })
      see.equal(value, 1, "the value")
      life.over("the group")
    }
  ),

  program("mapStream with ordered gives results in the order of the items", ["S-64"], function* (see) {
    let [running, most] = [0, 0]
    const one = (n: number) =>
      Effect.gen(function* () {
        most = Math.max(most, ++running)
        yield* n === 1 ? Effect.sleep(1) : Effect.yieldNow
        running--
        return n
      })
    const results = yield* Stream.runCollect(TaskGroup.mapStream([1, 2, 3], one, { limit: 2, ordered: true }))
    see.equal([...results], [1, 2, 3], "in order")
    see.that(most <= 2, "never more than the limit")
  }),

  program("mapStream gives each result once", ["S-64"], function* (see) {
    const results = yield* Stream.runCollect(
      TaskGroup.mapStream([1, 2, 3], (n) => Effect.as(Effect.yieldNow, n), { limit: 2 })
    )
    see.same([...results], [1, 2, 3], "all of them")
  }),

  program("workList ends when nothing is queued or running, each item once", ["S-39", "S-51"], function* (see) {
    const done = yield* TaskGroup.workList(
      [1, 2],
      (n, add) => Effect.andThen(n < 3 ? add(n + 2, 4) : Effect.void, Effect.as(Effect.yieldNow, n)),
      { limit: 2, unique: (n) => n }
    )
    see.same(done, [1, 2, 3, 4], "each once")
  }),

  program(
    "settle and settleWithin give every end; what is late is cancelled and marked",
    ["S-63", "S-23"],
    function* (see) {
      const life = new Life(see)
      const [a, b] = yield* TaskGroup.settle([life.of(Effect.succeed(1)), life.of(Effect.fail("e"))])
      see.equal([a, errorOf(b)], [Exit.succeed(1), "e"], "both ends")
      const [c, d] = yield* TaskGroup.settleWithin([life.of(Effect.sleep(5)), life.of(Effect.sleep(6))], 5)
      see.equal([c._tag, d._tag], ["Success", "Late"], "what ended at the last instant is there")
      life.over("each")
    }
  )
]
