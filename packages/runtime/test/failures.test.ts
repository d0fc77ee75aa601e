import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit } from "effect"
import * as fc from "fast-check"
import { describe } from "vitest"
import {
  causeOf,
  type Failure,
  failures,
  failureHook,
  failuresIn,
  failWith,
  report,
  type Report
} from "../src/index.ts"

const said = (list: ReadonlyArray<Failure>): ReadonlyArray<string> =>
  list.map(({ task, reason }) =>
    Cause.isFailReason(reason)
      ? `${task} fail ${reason.error}`
      : Cause.isDieReason(reason)
        ? `${task} die ${reason.defect}`
        : "?"
  )

const failed = (task: string, error: string) => failuresIn(Cause.fail(error), task)
const died = (task: string, defect: string) => failuresIn(Cause.die(defect), task)
const tags = (cause: Cause.Cause<unknown>) => cause.reasons.map((reason) => reason._tag)

const causeFrom = <E>(effect: Effect.Effect<never, E>): Effect.Effect<Cause.Cause<E>> =>
  Effect.flip(Effect.sandbox(effect))

/** Keeps what the failure hook is told. */
const hooked = <A, E, R>(self: Effect.Effect<A, E, R>, reports: Array<Report>) =>
  Effect.provideService(self, failureHook, (entry) => Effect.sync(() => void reports.push(entry)))

describe("causeOf", () => {
  it("holds the typed errors only, in order, and the defects ride along", () => {
    const cause = causeOf([...died("a", "d1"), ...failed("b", "e1"), ...failed("c", "e2"), ...died("c", "d2")])
    expect(tags(cause)).toEqual(["Fail", "Fail"])
    expect(said(failures(cause))).toEqual(["a die d1", "b fail e1", "c fail e2", "c die d2"])
  })

  it("holds the defects when there is no typed error", () => {
    expect(tags(causeOf([...died("a", "d"), ...died("b", "d")]))).toEqual(["Die", "Die"])
  })

  it("keeps equal failures of two tasks apart, and counts one that arrives twice once", () => {
    const once = failed("a", "e")
    expect(causeOf([...once, ...failed("b", "e"), ...once]).reasons).toHaveLength(2)
    expect(causeOf([...died("a", "z"), ...died("b", "z")]).reasons).toHaveLength(2)
  })

  it("gives a cause that the first typed error can be caught of, whatever rides along", () => {
    const mixed = Effect.failCause(causeOf([...died("a", "d"), ...failed("b", "e")]))
    const caught = Effect.catch(mixed, (error) => Effect.succeed(`caught ${error}`))
    expect(Effect.runSync(caught)).toBe("caught e")
  })
})

describe("failures", () => {
  it("of a cause that nobody stamped are its reasons but for the interruptions", () => {
    const cause = Cause.fromReasons<string>([
      Cause.makeInterruptReason(1),
      Cause.makeFailReason("e"),
      Cause.makeDieReason("d")
    ])
    expect(said(failures(cause))).toEqual([" fail e", " die d"])
    expect(failures(Cause.interrupt())).toEqual([])
  })

  it.effect("show an error as it was mapped on its way, and what rode along as it was", () =>
    Effect.gen(function* () {
      const mixed = Effect.failCause(causeOf([...died("a", "d"), ...failed("b", "e"), ...failed("c", "f")]))
      const cause = yield* causeFrom(
        Effect.ensuring(
          Effect.mapError(mixed, (e) => `${e}!`),
          Effect.void
        )
      )
      expect(said(failures(cause))).toEqual(["a die d", "b fail e!", "c fail f!"])
    })
  )

  it("of causes put together from others that carry riders are all there, each once, whatever was nested", () => {
    const leaf = fc.record({ task: fc.constantFrom("a", "b", "c"), typed: fc.boolean() })
    fc.assert(
      fc.property(fc.array(fc.array(fc.array(leaf, { maxLength: 4 }), { maxLength: 4 }), { maxLength: 4 }), (tree) => {
        let next = 0
        const all: Array<string> = []
        const groups = tree.map((middle) =>
          middle.map((list) =>
            list.map(({ task, typed }) => {
              const name = `${next++}`
              all.push(typed ? `${task} fail ${name}` : `${task} die ${name}`)
              return typed ? failed(task, name) : died(task, name)
            })
          )
        )
        const gather = (causes: ReadonlyArray<Cause.Cause<string>>) =>
          causeOf(causes.flatMap((cause) => failuresIn(cause, "outer")))
        const cause = gather(groups.map((middle) => gather(middle.map((list) => causeOf(list.flat())))))
        expect(said(failures(cause))).toEqual(all)
        expect(new Set(tags(cause)).size).toBeLessThanOrEqual(1)
      })
    )
  })
})

describe("the task that a failure is known by", () => {
  const as = (cause: Cause.Cause<unknown>, task: string) => causeOf(failuresIn(cause, task))

  it("is the first that failed with it", () => {
    const cause = as(Cause.fail("e"), "a")
    expect(said(failures(cause))).toEqual(["a fail e"])
    expect(said(failures(as(cause, "b")))).toEqual(["a fail e"])
  })

  it("tells two failures of one cause that two tasks share", () => {
    const shared = Cause.fail("e")
    const list = [...failuresIn(as(shared, "a"), "g"), ...failuresIn(as(shared, "b"), "g")]
    expect(said(failures(causeOf(list)))).toEqual(["a fail e", "b fail e"])
  })
})

describe("failWith", () => {
  it.effect("hands the defects that only ride along to the failure hook, each once on its way out", () =>
    Effect.gen(function* () {
      const reports: Array<Report> = []
      const inner = failWith([...died("a", "d"), ...failed("b", "e")], "inner")
      const outer = Effect.catchCause(inner, (cause) =>
        failWith([...failuresIn(cause, "x"), ...died("c", "f")], "outer")
      )
      const cause = yield* causeFrom(hooked(outer, reports))
      expect(reports.map(({ task, group, kind, cause }) => [task, group, kind, Cause.squash(cause)])).toEqual([
        ["a", "inner", "defect", "d"],
        ["c", "outer", "defect", "f"]
      ])
      expect(said(failures(cause))).toEqual(["a die d", "b fail e", "c die f"])
    })
  )

  it.effect("hands nothing to the hook when the defects are in the cause itself", () =>
    Effect.gen(function* () {
      const reports: Array<Report> = []
      yield* causeFrom(hooked(failWith(died("a", "d"), "g"), reports))
      expect(reports).toEqual([])
    })
  )
})

describe("the failure hook", () => {
  const entry: Report = { task: "t", group: "g", cause: Cause.die("d"), kind: "defect" }

  it.effect.each<[string, (entry: Report) => Effect.Effect<void>]>([
    ["dies", () => Effect.die("hook")],
    [
      "throws",
      () => {
        throw new Error("hook")
      }
    ]
  ])("that %s itself does no harm to whoever reports", ([_, hook]) =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(Effect.provideService(report(entry), failureHook, hook))
      expect(exit).toEqual(Exit.void)
    })
  )

  it.effect("is the one in force where the report is made", () =>
    Effect.gen(function* () {
      const [outer, inner]: [Array<Report>, Array<Report>] = [[], []]
      yield* hooked(Effect.andThen(report(entry), hooked(report(entry), inner)), outer)
      expect([outer, inner]).toEqual([[entry], [entry]])
    })
  )
})
