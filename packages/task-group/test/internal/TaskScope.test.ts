import { expect, it } from "@effect/vitest"
import { Effect, Exit, Scope } from "effect"
import { describe } from "vitest"
import { TaskScope } from "../../src/internal/TaskScope.ts"
import * as TaskGroup from "../../src/index.ts"

const closing = (scope: Scope.Closeable, by: string, log: Array<string>) =>
  Scope.addFinalizer(
    scope,
    Effect.sync(() => void log.push(by))
  )

describe("the scope of a task's resources", () => {
  it("has all that one of Effect's own has", () => {
    const own = Scope.makeUnsafe()
    const scope = new TaskScope()
    expect(Object.keys(scope)).toEqual(["state"])
    const read = (from: object) => Reflect.ownKeys(own).map((key) => [key, Reflect.get(from, key)])
    expect(read(scope)).toEqual(read(own))
    expect(read(own).length).toBeGreaterThan(3)
  })

  it.effect("shares what it acquires with no other one", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const one = new TaskScope()
      const two = new TaskScope()
      yield* closing(one, "one", log)
      yield* closing(two, "two", log)
      yield* Scope.close(yield* Scope.fork(one), Exit.void)
      yield* Scope.close(one, Exit.void)
      expect(log).toEqual(["one"])
      expect([one.state._tag, two.state._tag, new TaskScope().state._tag]).toEqual(["Closed", "Open", "Empty"])
    })
  )

  it.live("is closed when its task has ended, even if nothing was acquired", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const scope = yield* TaskGroup.run("group", function* (group) {
        const task = yield* group.spawn(Effect.map(Effect.scope, (scope) => scope as Scope.Closeable))
        return yield* task.join
      })
      expect(scope).toBeInstanceOf(TaskScope)
      yield* closing(scope, "at once", log)
      expect(log).toEqual(["at once"])
    })
  )
})
