/**
 * Rules of docs/semantics.md that no scenario pins.
 */
import { describe, expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Logger } from "effect"
import { CancelScope, Channel, Runtime, TaskGroup, Timeout } from "ferrule"

const tagsOf = (reasons: ReadonlyArray<Cause.Reason<unknown>>) => reasons.map(({ _tag }) => _tag)
const causeOf = <A, E>(exit: Exit.Exit<A, E>) => (Exit.isFailure(exit) ? exit.cause : Cause.empty)

describe("a deadline that passed", () => {
  const body = Effect.never.pipe(Effect.ensuring(Effect.die("cleanup")))

  it.live("is the error, and a defect in the cleanup rides along and is reported once [S-26]", () =>
    Effect.gen(function* () {
      const reports: Array<string> = []
      const exit = yield* body.pipe(
        Timeout.failAfter("1 millis"),
        Effect.provideService(Runtime.failureHook, ({ kind }) => Effect.sync(() => void reports.push(kind))),
        Effect.exit
      )
      expect(tagsOf(causeOf(exit).reasons)).toEqual(["Fail"])
      expect(tagsOf(CancelScope.failures(causeOf(exit)).map(({ reason }) => reason))).toEqual(["Fail", "Die"])
      expect(reports).toEqual(["defect"])
    })
  )

  it.live("gives way to the defect where there is no error to ride on [S-26]", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(Timeout.moveOnAfter(body, "1 millis"))
      expect(tagsOf(causeOf(exit).reasons)).toEqual(["Die"])
    })
  )
})

describe("wake-ups", () => {
  it.live("give way to timers while two tasks hand items to each other [S-89]", () =>
    TaskGroup.run("ping-pong", function* (group) {
      const items = 10_000
      let passed = 0
      let passedAtTimer = items
      const channel = yield* Channel.make<number>("ball")
      yield* group.spawn(channel.receiver.forEach(() => Effect.sync(() => void passed++)))
      yield* group.spawn(
        Effect.andThen(
          Effect.sleep("1 millis"),
          Effect.sync(() => void (passedAtTimer = passed))
        )
      )
      yield* channel.sender.use(function* (tx) {
        for (let i = 0; i < items; i++) yield* tx.send(i)
      })
      expect(passedAtTimer).toBeLessThan(items)
    })
  )
})

describe("the failure hook", () => {
  it.live("that dies itself is logged, and so is what it was told [S-91]", () =>
    Effect.gen(function* () {
      const logged: Array<string> = []
      const logger = Logger.make(({ message }) => void logged.push(String(message)))
      yield* TaskGroup.supervised("jobs", (group) => group.spawn(Effect.fail("no disk"), "backup")).pipe(
        Effect.provideService(Runtime.failureHook, () => Effect.die("hook")),
        Effect.provide(Logger.layer([logger]))
      )
      expect(logged).toHaveLength(2)
      expect(logged[0]).toContain("the failure hook itself failed")
      expect(logged[1]).toContain(`failure in task "backup" of "jobs"`)
    })
  )
})
