import { Cause, Effect, Exit, Schedule } from "effect"
import { CancelScope, TaskGroup, Timeout } from "ferrule"
import { Life } from "../Life.ts"
import { type Program, program } from "../Program.ts"
import { cancelling, together, ways } from "../together.ts"
import { errorOf, isLate, timed } from "../ended.ts"

export const attemptPrograms: ReadonlyArray<Program> = [
  program("hedge gives the first value when the losers have cleaned up", ["S-34"], function* (see) {
    const life = new Life(see)
    let attempt = 0
    const work = life.of(
      Effect.suspend(() =>
        ++attempt === 1 ? Effect.as(Effect.sleep(20), "slow") : Effect.as(Effect.sleep(1), "quick")
      )
    )
    const { exit, took } = yield* timed(Timeout.hedge(work, { after: 5, max: 2 }))
    see.equal([exit, took], [Exit.succeed("quick"), 6], "the second attempt")
    life.over("the hedge")
  }),

  program(
    "hedge fails with every failure when all fail, and starts the next one when one has failed",
    ["S-34"],
    function* (see) {
      let attempt = 0
      const work = Effect.suspend(() => Effect.fail(`e${++attempt}`))
      const { exit, took } = yield* timed(Timeout.hedge(Effect.andThen(Effect.yieldNow, work), { after: 5, max: 2 }))
      const errors = Exit.isFailure(exit)
        ? exit.cause.reasons.map((reason) => (Cause.isFailReason(reason) ? reason.error : "?"))
        : []
      see.equal([errors, took], [["e1", "e2"], 0], "in time order, without a wait")
    }
  ),

  program(
    "two attempts that end in one instant: one value, and both have cleaned up",
    ["S-34", "S-35"],
    function* (see) {
      const life = new Life(see)
      let attempt = 0
      const work = life.of(
        Effect.suspend(() => (++attempt === 1 ? Effect.as(Effect.sleep(6), 1) : Effect.as(Effect.sleep(1), 2)))
      )
      const { exit, took } = yield* timed(Timeout.hedge(work, { after: 5, max: 3 }))
      see.oneOf(exit, [Exit.succeed(1), Exit.succeed(2)], "one of them")
      see.equal(took, 6, "at that instant")
      life.over("the hedge")
    }
  ),

  program("a defect in the cleanup of a loser ends a hedge with it", ["S-35"], function* (see) {
    let attempt = 0
    const work = Effect.suspend(() =>
      ++attempt === 1
        ? Effect.uninterruptibleMask((restore) => Effect.ensuring(restore(Effect.never), Effect.die("cleanup")))
        : Effect.succeed("v")
    )
    const exit = yield* Effect.exit(Timeout.hedge(work, { after: 5, max: 2 }))
    see.that(Exit.hasDies(exit), "the defect")
  }),

  ...ways.map((way) =>
    program(
      `a hedge that is cancelled cancels all its attempts and awaits their cleanup, by ${way}`,
      ["S-35", "S-34"],
      function* (see) {
        const life = new Life(see)
        const hedge = Timeout.hedge(life.of(Effect.sleep(3)), { after: 1, max: 2 })
        yield* cancelling(
          way,
          Effect.ensuring(
            hedge,
            Effect.sync(() => life.over("the hedge"))
          )
        )
        life.over("all")
      }
    )
  ),

  program("a hedge that is cancelled when the next attempt is due", ["S-35", "S-34"], function* (see) {
    const life = new Life(see)
    const scope = yield* CancelScope.make("s")
    const hedge = Timeout.hedge(life.of(Effect.never), { after: 1, max: 2 })
    yield* together(CancelScope.enter(scope)(hedge), Effect.delay(scope.cancel(), 1))
    life.over("the hedge")
  }),

  program("retryWithin gives the last failure as soon as the wait does not fit", ["S-36"], function* (see) {
    let tries = 0
    const flaky = Effect.suspend(() => Effect.fail(`e${++tries}`))
    const { exit, took } = yield* timed(
      Timeout.failAfter(Timeout.retryWithin(flaky, { schedule: Schedule.spaced(4) }), 10)
    )
    see.equal([errorOf(exit), took], ["e3", 8], "the third try is the last that fits")
  }),

  program("a retry that is cancelled does not try again", ["S-36", "S-27"], function* (see) {
    let tries = 0
    const life = new Life(see)
    const flaky = life.of(Effect.suspend(() => Effect.fail(`e${++tries}`)))
    const retry = Timeout.retryWithin(flaky, { schedule: Schedule.spaced(1) })
    const scope = yield* CancelScope.make("s")
    yield* together(CancelScope.enter(scope)(retry), Effect.delay(scope.cancel(), 2))
    const before = tries
    yield* Effect.sleep(5)
    see.equal(tries, before, "no try after the cancel")
    life.over("the retry")
  }),

  program("a deadline crosses as the whole milliseconds that are left, the earlier counts", ["S-37"], function* (see) {
    const crossing = Timeout.failAfter(Effect.andThen(Effect.sleep(2), Timeout.toHeaders), 10)
    const [headers] = yield* Effect.all([crossing, Effect.sleep(2)], { concurrency: 2 })
    const { exit, took } = yield* timed(Timeout.failAfter(Timeout.fromHeaders(headers)(Effect.never), 20))
    see.equal([isLate(exit), took], [true, 8], "what was left")
  }),

  program("a task that is late fails its group, others cancelled", ["S-20", "S-42"], function* (see) {
    const life = new Life(see)
    const exit = yield* Effect.exit(
      TaskGroup.run("g", function* (group) {
        yield* group.spawn(Timeout.failAfter(life.of(Effect.never), 5))
        yield* group.spawn(life.of(Effect.sleep(5)))
        yield* group.spawn(life.of(Effect.never))
      })
    )
    see.that(isLate(exit), "late")
    life.over("the group")
  })
]
