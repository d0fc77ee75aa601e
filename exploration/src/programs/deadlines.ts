import { Cause, Duration, Effect, Exit, Option } from "effect"
import { CancelScope, Timeout } from "ferrule"
import { Life } from "../Life.ts"
import { type Program, program } from "../Program.ts"
import { cancelling, ways } from "../together.ts"
import { errorOf, isLate, timed } from "../ended.ts"

export const deadlinePrograms: ReadonlyArray<Program> = [
  program("when the deadline passes the effect is cancelled and its cleanup awaited", ["S-20", "S-2"], function* (see) {
    const lives = [new Life(see), new Life(see)] as const
    const slow = Effect.ensuring(Effect.never, Effect.sleep(3))
    const [a, b] = yield* Effect.all(
      [
        Effect.tap(timed(Timeout.failAfter(lives[0].of(slow), 5)), () => Effect.sync(() => lives[0].over("failAfter"))),
        Effect.tap(timed(Timeout.moveOnAfter(lives[1].of(slow), 5)), () =>
          Effect.sync(() => lives[1].over("moveOnAfter"))
        )
      ],
      { concurrency: 2 }
    )
    see.equal([isLate(a.exit), a.took], [true, 8], "failAfter")
    see.equal([Exit.isSuccess(b.exit) && Option.isNone(b.exit.value), b.took], [true, 8], "moveOnAfter")
  }),

  program(
    "success wins a tie with its own deadline, whatever it is woken by",
    ["S-21", "S-93", "S-20"],
    function* (see) {
      const event = yield* Effect.succeed({ set: false })
      const work = Effect.andThen(Effect.sleep(5), Effect.andThen(Effect.yieldNow, Effect.succeed("v")))
      const [a, b] = yield* Effect.all(
        [
          Timeout.failAfter(work, 5),
          Timeout.failAfter(work, 5),
          Effect.delay(
            Effect.sync(() => void (event.set = true)),
            5
          )
        ],
        { concurrency: 3 }
      )
      see.equal([a, b, event.set], ["v", "v", true], "both have their value")
    }
  ),

  program("without a budget a value that is there needs none, and who has to wait has none", ["S-21"], function* (see) {
    const [there, waits] = yield* Effect.all(
      [Effect.exit(Timeout.failAfter(Effect.succeed("v"), 0)), Effect.exit(Timeout.failAfter(Effect.sleep(1), -1))],
      { concurrency: 2 }
    )
    // Who is preempted has to wait, however briefly.
    see.that(Exit.isSuccess(there) ? there.value === "v" : isLate(there), "the value, if it was there at once")
    see.that(isLate(waits), "who has to wait is late")
  }),

  program(
    "of nested deadlines the earlier counts, of equal ones the outermost answers",
    ["S-23", "S-27"],
    function* (see) {
      const nested = (outer: number, inner: number) =>
        Effect.exit(
          Timeout.failAfter(
            Effect.andThen(Timeout.failAfter(Effect.never, inner, { label: "inner" }), see.note("between")),
            outer,
            {
              label: "outer"
            }
          )
        )
      const exits = yield* Effect.all([nested(5, 5), nested(5, 3), nested(3, 5)], { concurrency: 3 })
      const labels = exits.map((exit) => {
        const error = errorOf(exit)
        return error instanceof Timeout.DeadlineExceeded ? error.label : undefined
      })
      see.equal([labels, see.log], [["outer", "inner", "outer"], []], "and what stands between does not run")
    }
  ),

  program("a deadline can be moved while the body runs, either way", ["S-24", "S-32"], function* (see) {
    const scope = yield* CancelScope.make({ name: "s", timeout: 5 })
    const began = yield* CancelScope.now
    const move = (at: number) => Effect.delay(Effect.asVoid(scope.setDeadline(began + at)), 2)
    const [{ took }] = yield* Effect.all(
      [timed(CancelScope.enter(scope)(Effect.never)), move(8), Effect.delay(scope.setDeadline(began + 7), 3)],
      {
        concurrency: 3
      }
    )
    see.equal(took, 7, "the last one counts")
  }),

  program("remaining and effectiveDeadline give the earliest up to the next shield", ["S-25"], function* (see) {
    const now = yield* CancelScope.now
    const look = Effect.all([CancelScope.effectiveDeadline, Timeout.remaining])
    const inside = Timeout.failAfter(Effect.andThen(Effect.sleep(1), look), 20)
    const [open, shut] = yield* Effect.all(
      [Timeout.failAfter(inside, 10), Timeout.failAfter(CancelScope.shield(inside), 10)],
      { concurrency: 2 }
    )
    const at = ([deadline, left]: typeof open) => [
      Option.getOrUndefined(deadline)! - now,
      Option.getOrUndefined(Option.map(left, Duration.toMillis))
    ]
    see.equal(
      [at(open), at(shut)],
      [
        [10, 9],
        [20, 19]
      ],
      "the earliest"
    )
  }),

  program("a deadline that passed is reported, whatever the cleanup does", ["S-26"], function* (see) {
    const dying = Effect.uninterruptibleMask((restore) => Effect.ensuring(restore(Effect.never), Effect.die("cleanup")))
    const [a, b] = yield* Effect.all(
      [Effect.exit(Timeout.failAfter(dying, 5)), Effect.exit(Timeout.moveOnAfter(dying, 5))],
      { concurrency: 2 }
    )
    see.that(isLate(a), "DeadlineExceeded")
    const defects = Exit.isFailure(a)
      ? CancelScope.failures(a.cause).filter(({ reason }) => Cause.isDieReason(reason)).length
      : 0
    see.equal([defects, Exit.hasDies(b)], [1, true], "the defect rides along, or is the failure")
    see.equal(
      see.told().map(({ kind }) => kind),
      ["defect"],
      "it is told once where it rides along"
    )
  }),

  ...ways.map((way) =>
    program(
      `a cancel from outside is no timeout, and a timeout no cancel, by ${way}`,
      ["S-27", "S-20"],
      function* (see) {
        const life = new Life(see)
        const ended = yield* cancelling(way, Effect.exit(Timeout.failAfter(life.of(Effect.sleep(5)), 3)))
        if (ended._tag === "value") see.that(isLate(ended.value), "it was late")
        else see.equal(ended._tag, "cancelled", "or it was cancelled")
        life.over("the timeout")
      }
    )
  ),

  program(
    "a shielded timeout in a cancelled scope runs to its own deadline, and the hook gets its error",
    ["S-28", "S-91"],
    function* (see) {
      const scope = yield* CancelScope.make("s")
      let began = false
      const start = yield* CancelScope.now
      const body = CancelScope.shield(
        Timeout.failAfter(
          Effect.andThen(
            Effect.sync(() => void (began = true)),
            Effect.never
          ),
          5
        )
      )
      const [exit] = yield* Effect.all([Effect.exit(CancelScope.enter(scope)(body)), scope.cancel("x")], {
        concurrency: 2
      })
      const took = (yield* CancelScope.now) - start
      if (began) see.equal(took, 5, "to its own deadline")
      const given = isLate(exit) ? 1 : 0
      see.equal(given + see.told().length, began ? 1 : 0, "its error is given, or told")
    }
  ),

  program("failAfterWith turns its own expiry into your error, and no other", ["S-31"], function* (see) {
    const mine = <A, E>(self: Effect.Effect<A, E>, at: number) => Timeout.failAfterWith(self, at, () => "mine")
    const exits = yield* Effect.all(
      [
        Effect.exit(mine(Effect.never, 5)),
        Effect.exit(mine(Timeout.failAfter(Effect.never, 3), 5)),
        Effect.exit(Timeout.failAfter(mine(Effect.never, 5), 3))
      ],
      { concurrency: 3 }
    )
    see.equal(
      exits.map((exit) => (isLate(exit) ? "late" : errorOf(exit))),
      ["mine", "late", "late"],
      "its own only"
    )
  })
]
