/** What the exploration of schedules has found: each fails in one schedule of some hundred only. */
import * as CancelScope from "@ferrule/cancel-scope"
import { explore } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as TaskGroup from "../src/index.ts"

const everyPreemption = { strategy: "depthFirst", preemptions: 1, runs: 20_000 } as const

it.live("a start whose caller and set-up are cancelled together ends cancelled, with no defect [S-56]", () =>
  Effect.gen(function* () {
    const program = Effect.gen(function* () {
      const scope = yield* CancelScope.make("s")
      const starting = TaskGroup.run("g", (group) => group.start(Effect.succeed(TaskGroup.ready(1, Effect.never))))
      yield* Effect.all([CancelScope.enter(scope)(starting), scope.cancel()], { concurrency: 2 })
    })
    const { coverage } = yield* explore(program, everyPreemption)
    expect(coverage).toBe("bounded")
  })
)

it.live("a close that is cancelled as it begins leaves no timer of its drain [S-58]", () =>
  Effect.gen(function* () {
    const program = TaskGroup.run("g", function* (group) {
      const closing = CancelScope.run("s", (scope) =>
        Effect.all([group.close({ drain: "1 hour" }), scope.cancel()], { concurrency: 2 })
      )
      yield* group.spawn(Effect.sleep(1))
      yield* closing
    })
    const { coverage } = yield* explore(program, everyPreemption)
    expect(coverage).toBe("bounded")
  })
)
