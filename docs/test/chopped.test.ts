import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TaskGroup } from "ferrule"
import { chop, type Ledger } from "./chopped.ts"

const opening = (ledger: Ledger) => Effect.sync(() => ledger.open("file", "a file"))
const closing = (ledger: Ledger) => Effect.sync(() => ledger.close("file", "a file"))
const asTask = (task: Effect.Effect<unknown>) => TaskGroup.run("group", (group) => group.spawn(task, "work"))

const work = Effect.andThen(Effect.sleep(100), Effect.replicateEffect(Effect.yieldNow, 100, { discard: true }))

describe("the chop test", () => {
  it.live("is content with a program that closes what it has opened", () =>
    Effect.gen(function* () {
      const sound = (ledger: Ledger) =>
        asTask(
          Effect.acquireUseRelease(
            opening(ledger),
            () => work,
            () => closing(ledger)
          )
        )
      const { at, cut, opened, wrong } = yield* chop(sound)
      expect(wrong).toEqual([])
      expect([cut, opened, at]).toEqual([100, 2, 100])
    })
  )

  it.live("sees what is not closed when it is cancelled", () =>
    Effect.gen(function* () {
      const { wrong } = yield* chop((ledger) =>
        asTask(Effect.andThen(opening(ledger), Effect.andThen(work, closing(ledger))))
      )
      expect(wrong[0]).toContain("a file was never closed")
      expect(wrong.every((problem) => problem.endsWith("a file was never closed"))).toBe(true)
    })
  )

  it.live("sees what is closed twice", () =>
    Effect.gen(function* () {
      const twice = (ledger: Ledger) =>
        asTask(
          Effect.andThen(opening(ledger), work).pipe(Effect.ensuring(closing(ledger)), Effect.ensuring(closing(ledger)))
        )
      const { wrong } = yield* chop(twice)
      expect(wrong[0]).toBe("whole: a file was closed and was not open")
    })
  )

  it.live("sees what is left behind, and what cannot be cancelled", () =>
    Effect.gen(function* () {
      const left = yield* chop(() => Effect.andThen(Effect.forkDetach(Effect.sleep(200)), work), 5)
      expect(left.wrong.length).toBeGreaterThan(0)
      expect(left.wrong.some((problem) => problem.includes("left behind"))).toBe(true)
      const deaf = yield* chop(() => Effect.uninterruptible(Effect.never), 5)
      expect(deaf.wrong.some((problem) => problem.includes("deadlock"))).toBe(true)
    })
  )
})
