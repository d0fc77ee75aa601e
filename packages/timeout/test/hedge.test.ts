import { type CancelTrace, enter, make, run as runScope, trace } from "@ferrule/cancel-scope"
import { currentNode } from "@ferrule/runtime"
import { expect, it } from "@effect/vitest"
import { Cause, Context, Effect, Exit, type Fiber, Option, References } from "effect"
import { describe } from "vitest"
import * as Timeout from "../src/index.ts"
import { ended, failureAfter, now, reasonsOf, told, valueAfter } from "./support/trial.ts"

/** An effect that does the next of these at each run. */
const oneAfterTheOther = <A, E>(attempts: ReadonlyArray<Effect.Effect<A, E>>) => {
  const started: Array<number> = []
  const effect = Effect.flatMap(now, (at) => attempts[started.push(at) - 1]!)
  return { effect, starts: () => started.map((at) => at - started[0]!) }
}

const options = { after: 100, max: 3 }

describe("the next attempt", () => {
  it.effect("starts when the last one is slow; its value waits for the losers' cleanup [XT-01]", () =>
    Effect.gen(function* () {
      const traces: Array<CancelTrace | undefined> = []
      const slow = Effect.onInterrupt(Effect.sleep(1000), () =>
        Effect.andThen(
          Effect.sleep(40),
          Effect.map(trace, (own) => void traces.push(Option.getOrUndefined(own)))
        )
      )
      const { effect, starts } = oneAfterTheOther<string | void, never>([slow, slow, valueAfter(10, "third")])
      const { at, exit } = yield* ended(Timeout.hedge(effect, options))
      expect([at, reasonsOf(exit), starts()]).toEqual([250, ["value third"], [0, 100, 200]])
      expect(traces).toMatchObject([
        { scope: "hedge/1", reason: { _tag: "GroupClosed", group: "hedge" }, by: "hedge" },
        { scope: "hedge/2", reason: { _tag: "GroupClosed", group: "hedge" }, by: "hedge" }
      ])
    })
  )

  it.effect("starts as soon as the last one has failed, not when an earlier one has [XT-02]", () =>
    Effect.gen(function* () {
      const { effect, starts } = oneAfterTheOther<string, string>([
        failureAfter(120, "x"),
        failureAfter(70, "y"),
        valueAfter(10, "v")
      ])
      const { at, exit } = yield* ended(Timeout.hedge(effect, options))
      expect([at, reasonsOf(exit), starts()]).toEqual([180, ["value v"], [0, 100, 170]])
    })
  )

  it.effect("does not start beside one that needs no wait, or when it is told to wait without end", () =>
    Effect.gen(function* () {
      const patient = oneAfterTheOther([valueAfter(500, "v"), Effect.never])
      const { at, exit } = yield* ended(Timeout.hedge(patient.effect, { after: Infinity, max: 2 }))
      expect([at, reasonsOf(exit), patient.starts()]).toEqual([500, ["value v"], [0]])
      const ready = oneAfterTheOther([Effect.succeed("v"), Effect.never])
      expect(reasonsOf((yield* ended(Timeout.hedge(ready.effect, { after: 0, max: 2 }))).exit)).toEqual(["value v"])
      expect(ready.starts()).toEqual([0])
    })
  )

  it.effect("starts at once where there is nothing to wait for", () =>
    Effect.gen(function* () {
      const { effect, starts } = oneAfterTheOther<string, never>([Effect.never, Effect.never, valueAfter(10, "v")])
      const { at, exit } = yield* ended(Timeout.hedge(effect, { after: 0, max: 3 }))
      expect([at, reasonsOf(exit), starts()]).toEqual([10, ["value v"], [0, 0, 0]])
    })
  )
})

describe("failures", () => {
  it.effect("of all attempts are all there, in time order, also equal ones [XT-02]", () =>
    Effect.gen(function* () {
      const failing = oneAfterTheOther([failureAfter(130, "x"), failureAfter(20, "y"), failureAfter(5, "y")])
      const { at, exit } = yield* ended(Timeout.hedge(failing.effect, options))
      expect([at, reasonsOf(exit)]).toEqual([130, ["Fail y", "Fail y", "Fail x"]])
      if (Exit.isFailure(exit)) expect(exit.cause.reasons.map(({ _tag }) => _tag)).toEqual(["Fail", "Fail", "Fail"])
    })
  )

  it.effect("that are defects end it at once; what failed before is not in the way", () =>
    Effect.gen(function* () {
      const attempts = [failureAfter(10, "x"), Effect.never, Effect.andThen(Effect.sleep(30), Effect.die("d"))]
      const { at, exit } = yield* ended(Timeout.hedge(oneAfterTheOther(attempts).effect, options))
      expect([at, reasonsOf(exit)]).toEqual([140, ["Die d"]])
    })
  )

  it.effect(
    "of a loser's cleanup that dies take the place of the value; what a loser fails with besides does not",
    () =>
      Effect.gen(function* () {
        const dying = Effect.ensuring(Effect.never, Effect.die("cleanup"))
        const { exit } = yield* ended(Timeout.hedge(oneAfterTheOther([dying, valueAfter(10, "v")]).effect, options))
        expect(reasonsOf(exit)).toEqual(["Die cleanup"])
        const stubborn = Effect.uninterruptible(failureAfter(150, "too late"))
        const lost = yield* ended(
          Timeout.hedge(oneAfterTheOther<string, string>([stubborn, valueAfter(10, "v")]).effect, options)
        )
        expect([lost.at, reasonsOf(lost.exit)]).toEqual([150, ["value v"]])
      })
  )

  it.effect("with a defect that rides along count as the errors they are, and the defect is told once", () =>
    Effect.gen(function* () {
      const timed = Timeout.failAfter(Effect.ensuring(Effect.never, Effect.die("cleanup")), 20)
      const { at, exit, reports } = yield* ended(
        Timeout.hedge(oneAfterTheOther<string, Timeout.DeadlineExceeded>([timed, valueAfter(10, "v")]).effect, options)
      )
      expect([at, reasonsOf(exit), told(reports)]).toEqual([30, ["value v"], ["defect: Die cleanup"]])
    })
  )

  it.effect("by which a fiber outside ends an attempt are told with that fiber's name", () =>
    Effect.gen(function* () {
      const stranger = yield* Effect.forkChild(
        Effect.andThen(Effect.sleep(5), Effect.withFiber(Effect.succeed)).pipe(
          Effect.flatMap((own) => Effect.sync(() => attempt!.interruptUnsafe(own.id)))
        ),
        { startImmediately: true }
      )
      let attempt: Fiber.Fiber<unknown, unknown> | undefined
      const body = Effect.withFiber((own) => {
        attempt = own
        return Effect.never
      })
      const { exit } = yield* ended(Timeout.hedge(body, options))
      expect(Exit.isFailure(exit) && [...Cause.interruptors(exit.cause)]).toEqual([stranger.id])
    })
  )

  it.effect("end an attempt that interrupts itself as they would without hedge", () =>
    Effect.gen(function* () {
      const { effect, starts } = oneAfterTheOther([Effect.andThen(Effect.sleep(10), Effect.interrupt), Effect.never])
      const { at, exit } = yield* ended(Timeout.hedge(effect, options))
      expect([at, reasonsOf(exit), starts()]).toEqual([10, ["Interrupt"], [0]])
    })
  )
})

it.effect("an attempt that has ended leaves the tree at once: the next one is alone in it [S-283]", () =>
  Effect.gen(function* () {
    let alone: boolean | undefined
    const look = Effect.withFiber((own) => {
      const node = currentNode(own)!
      alone = node.parent!.firstChild === node
      return Effect.succeed("v")
    })
    yield* ended(Timeout.hedge(oneAfterTheOther<string, string>([failureAfter(10, "k"), look]).effect, options))
    expect(alone).toBe(true)
  })
)

describe("a cancel from outside", () => {
  it.effect("cancels all attempts at once and awaits their cleanup [TG-07]", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const attempt = Effect.onInterrupt(Effect.never, () =>
        Effect.andThen(
          Effect.sleep(30),
          Effect.sync(() => void log.push("cleaned"))
        )
      )
      const { at, exit } = yield* ended(Timeout.hedge(attempt, options), { cancelAt: 150 })
      expect([at, reasonsOf(exit), log]).toEqual([180, ["Interrupt"], ["cleaned", "cleaned"]])
    })
  )

  it.effect("by the cancel of a scope around it reaches attempts with that scope's trace", () =>
    Effect.gen(function* () {
      const paths: Array<string> = []
      const attempt = Effect.onInterrupt(Effect.never, () =>
        Effect.map(trace, (own) => void paths.push(Option.getOrThrow(own).path.join("/")))
      )
      const { at, exit } = yield* ended(
        runScope({ name: "outer", timeout: 150 }, () => Timeout.hedge(attempt, options))
      )
      expect([at, exit._tag, paths]).toEqual([150, "Success", ["outer", "outer"]])
    })
  )

  it.effect("loses no failure that its cleanup brings", () =>
    Effect.gen(function* () {
      const dying = Effect.ensuring(Effect.never, Effect.die("cleanup"))
      const { exit } = yield* ended(runScope({ name: "outer", timeout: 50 }, () => Timeout.hedge(dying, options)))
      expect(reasonsOf(exit)).toEqual(["Die cleanup"])
      const stubborn = Effect.uninterruptible(failureAfter(100, "k"))
      const failed = yield* ended(runScope({ name: "outer", timeout: 50 }, () => Timeout.hedge(stubborn, options)))
      expect([failed.at, reasonsOf(failed.exit)]).toEqual([100, ["Fail k"]])
    })
  )

  it.effect("that came before it starts nothing, and in a release it works all the same", () =>
    Effect.gen(function* () {
      const { effect, starts } = oneAfterTheOther([valueAfter(500, "slow"), valueAfter(10, "quick")])
      const values: Array<string> = []
      const releasing = Effect.ensuring(
        Effect.never,
        Effect.map(Timeout.hedge(effect, options), (value) => void values.push(value))
      )
      const { at } = yield* ended(releasing, { cancelAt: 50 })
      expect([at, values, starts()]).toEqual([160, ["quick"], [0, 100]])
      let runs = 0
      const never = runScope("outer", (scope) =>
        Effect.andThen(
          scope.cancel(),
          Timeout.hedge(
            Effect.sync(() => runs++),
            options
          )
        )
      )
      expect([(yield* ended(never)).exit._tag, runs]).toEqual(["Success", 0])
    })
  )
})

it.effect("what the winner changed in its context is there after it, and nothing of the losers [XK-03]", () =>
  Effect.gen(function* () {
    const annotate = (value: string) =>
      Effect.withFiber((fiber) => {
        const annotations = { ...fiber.getRef(References.CurrentLogAnnotations), by: value }
        fiber.setContext(Context.add(fiber.context, References.CurrentLogAnnotations, annotations))
        return Effect.void
      })
    const { effect } = oneAfterTheOther([
      Effect.andThen(annotate("loser"), Effect.never),
      Effect.andThen(annotate("winner"), valueAfter(10, "v"))
    ])
    const { exit } = yield* ended(
      Effect.andThen(
        Timeout.hedge(effect, options),
        Effect.map(References.CurrentLogAnnotations, ({ by }) => by)
      )
    )
    expect(reasonsOf(exit)).toEqual(["value winner"])
  })
)

it.effect("a length that is no duration, or no attempt at all, is a defect that names the argument [TO-07]", () =>
  Effect.gen(function* () {
    const bad = [
      [{ after: Number.NaN, max: 3 }, "after of Timeout.hedge"],
      [{ after: 100, max: 0 }, "max of Timeout.hedge is 0"],
      [{ after: 100, max: Number.NaN }, "max of Timeout.hedge is NaN"]
    ] as const
    for (const [given, named] of bad) {
      const { exit } = yield* ended(Timeout.hedge(Effect.die("ran"), given))
      expect(reasonsOf(exit)).toEqual([expect.stringContaining(named)])
    }
    expect(yield* Timeout.hedge(Effect.succeed("v"), { after: 100, max: 1 })).toBe("v")
  })
)

describe("scale", () => {
  it("a hedge whose attempts never wait ends in runSync, after 100,000 attempts", () => {
    let runs = 0
    const attempt = Effect.suspend(() => (++runs === 100_000 ? Effect.succeed("v") : Effect.fail(runs)))
    expect(Effect.runSync(Timeout.hedge(attempt, { after: 100, max: Infinity }))).toBe("v")
    expect(runs).toBe(100_000)
  })

  it.live("20,000 hedges one in another begin, are cancelled from the innermost, and clean up", () =>
    Effect.gen(function* () {
      let cleaned = 0
      const scope = yield* make("outer")
      let nested: Effect.Effect<void> = Effect.andThen(scope.cancel("deep enough"), Effect.never)
      for (let level = 0; level < 20_000; level++) {
        nested = Effect.ensuring(
          Timeout.hedge(nested, { after: 60_000, max: 2 }),
          Effect.sync(() => void cleaned++)
        )
      }
      const outcome = yield* enter(scope)(nested)
      expect([outcome._tag, cleaned]).toEqual(["Cancelled", 20_000])
    })
  )
})
