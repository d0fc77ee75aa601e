import { VirtualClock } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Option } from "effect"
import { CancelScope, Channel, TaskGroup, Timeout } from "ferrule"
import { describe } from "vitest"

/** How many selects stand with a task or a scope; `where` is the field that keeps them. */
const standing = (owner: object, ...where: ReadonlyArray<string>): number =>
  where.reduce<any>((inside, field) => Reflect.get(inside, field), owner).size

const awaiting = (task: object) => standing(task, "awaiters")
const watching = (scope: object) => standing(scope, "watch", "slots")

const valueOf = <A>(exit: Exit.Exit<A, unknown>) => (Exit.isSuccess(exit) ? exit.value : undefined)

describe("the end of a task as a clause", () => {
  it.effect("is ready with the exit, when it has come and when it comes, and cancels nothing [SE-10]", () =>
    VirtualClock.run(
      TaskGroup.supervised(
        "g",
        function* (group) {
          const ok = yield* group.spawn(Effect.as(Effect.sleep(10), "v"))
          const failing = yield* group.spawn(Effect.andThen(Effect.sleep(20), Effect.fail("e")))
          const either = { ok: ok.ended, failing: failing.ended }
          expect(yield* Channel.select(either)).toEqual({ _tag: "ok", value: Exit.succeed("v") })
          expect(yield* failing.status).toBe("running")
          const again = yield* Channel.select({ failing: failing.ended })
          expect(Exit.isFailure(again.value) && Cause.squash(again.value.cause)).toBe("e")
          expect((yield* Channel.select({ ok: ok.ended, idle: Channel.otherwise }))._tag).toBe("ok")
        },
        () => Effect.void
      )
    )
  )

  it.effect("gives a cancelled task's exit with the trace, as await does [SE-10, D18]", () =>
    VirtualClock.run(
      TaskGroup.run("g", function* (group) {
        const task = yield* group.spawn(Effect.never, "worker")
        const other = yield* group.spawn(Channel.select({ worker: task.ended }))
        yield* VirtualClock.untilQuiet
        yield* task.cancel("enough")
        const { value } = yield* other.join
        expect(value).toEqual(yield* task.await)
        expect(value).toEqual((yield* Channel.select({ worker: task.ended })).value)
        expect(Exit.isFailure(value) && Cause.hasInterruptsOnly(value.cause)).toBe(true)
        const [reason] = Exit.isFailure(value) ? value.cause.reasons : []
        const annotations = [...Cause.reasonAnnotations(reason!).mapUnsafe.values()]
        expect(annotations).toContainEqual(
          expect.objectContaining({ reason: { _tag: "Requested", message: "enough" } })
        )
      })
    )
  )

  it.effect("leaves nothing with the task, where it lost, was cancelled or won, a thousand times", () =>
    VirtualClock.run(
      TaskGroup.run("g", function* (group) {
        const task = yield* group.spawn(Effect.sleep(1_000_000))
        for (let i = 0; i < 1000; i++) {
          const lost = { task: task.ended, late: Timeout.after(1) }
          expect((yield* Channel.select(lost))._tag).toBe("late")
        }
        expect(awaiting(task)).toBe(0)
        const selects = yield* Effect.forEach(Array.from({ length: 1000 }), () =>
          group.spawn(Channel.select({ task: task.ended, never: Timeout.after(Infinity) }))
        )
        yield* VirtualClock.untilQuiet
        expect(awaiting(task)).toBe(1000)
        for (const select of selects.slice(0, 999)) yield* select.cancel()
        yield* VirtualClock.untilQuiet
        expect(awaiting(task)).toBe(1)
        yield* task.cancel()
        expect((yield* selects[999]!.join)._tag).toBe("task")
        expect(Reflect.get(task, "awaiters")).toBe(undefined)
      })
    )
  )

  it.effect("stands beside join and await, first come first told", () =>
    VirtualClock.run(
      TaskGroup.run("g", function* (group) {
        const told: Array<string> = []
        const say = (who: string) => Effect.sync(() => void told.push(who))
        const task = yield* group.spawn(Effect.as(Effect.sleep(5), 1))
        yield* group.spawn(Effect.andThen(task.join, say("join")))
        yield* group.spawn(Effect.andThen(Channel.select({ task: task.ended }), say("select")))
        yield* group.spawn(Effect.andThen(task.await, say("await")))
        const twice = yield* group.spawn(Channel.select({ a: task.ended, b: task.ended }))
        expect(valueOf((yield* twice.join).value)).toBe(1)
        yield* group.awaitAll
        expect(told).toEqual(["join", "select", "await"])
      })
    )
  )
})

describe("the cancel of a scope as a clause", () => {
  it.effect("is ready with the trace as soon as the scope is marked, for who asked and for who waits", () =>
    VirtualClock.run(
      TaskGroup.run("g", function* (group) {
        const scope = yield* CancelScope.make("upload")
        const clauses = { cancelled: scope.whenCancelled, late: Timeout.after(100) }
        const before = yield* group.spawn(Channel.select(clauses))
        const running = yield* group.spawn(Effect.never.pipe(CancelScope.enter(scope)))
        yield* VirtualClock.untilQuiet
        expect(watching(scope)).toBe(1)
        yield* scope.cancel("user left")
        // Its code has not been told yet, and its cleanup has not run.
        expect((yield* Channel.select(clauses))._tag).toBe("cancelled")
        expect(yield* before.join).toMatchObject({
          _tag: "cancelled",
          value: { scope: "upload", reason: { message: "user left" }, by: "g" }
        })
        expect((yield* running.join)._tag).toBe("Cancelled")
        expect(watching(scope)).toBe(0)
      })
    )
  )

  it.effect("is ready by an outer cancel too, unless a shield keeps it off", () =>
    VirtualClock.run(
      TaskGroup.run("g", function* (group) {
        const [outer, inner] = [yield* CancelScope.make("outer"), yield* CancelScope.make("inner")]
        const kept = yield* CancelScope.make({ name: "kept", shield: true })
        const nested = Effect.all(
          [Effect.never.pipe(CancelScope.enter(inner)), Effect.sleep(10).pipe(CancelScope.enter(kept))],
          { concurrency: 2 }
        )
        yield* group.spawn(nested.pipe(CancelScope.enter(outer)))
        const either = { kept: kept.whenCancelled, inner: inner.whenCancelled }
        const waiting = yield* group.spawn(Channel.select(either))
        yield* VirtualClock.untilQuiet
        yield* outer.cancel()
        expect(yield* waiting.join).toMatchObject({ _tag: "inner", value: { scope: "outer" } })
        expect(yield* kept.cancelled).toEqual(Option.none())
        expect((yield* Channel.select({ kept: kept.whenCancelled, idle: Channel.otherwise }))._tag).toBe("idle")
      })
    )
  )

  it.effect("is never ready once the scope has ended without one, also when it ends during the wait", () =>
    VirtualClock.run(
      TaskGroup.run("g", function* (group) {
        const scope = yield* CancelScope.make("short")
        const alone = yield* group.spawn(Effect.exit(Channel.select({ cancelled: scope.whenCancelled })))
        const clauses = { cancelled: scope.whenCancelled, late: Timeout.after(50) }
        const both = yield* group.spawn(Channel.select(clauses))
        yield* Effect.sleep(10).pipe(CancelScope.enter(scope))
        yield* scope.cancel("too late")
        const exit = yield* alone.join
        expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toContain("this select can never commit")
        expect((yield* both.join)._tag).toBe("late")
        expect(watching(scope)).toBe(0)
        expect((yield* Channel.select(clauses))._tag).toBe("late")
      })
    )
  )

  it.effect("leaves nothing with the scope, where it lost or was cancelled, a thousand times", () =>
    VirtualClock.run(
      TaskGroup.run("g", function* (group) {
        const scope = yield* CancelScope.make("held")
        for (let i = 0; i < 1000; i++) yield* Channel.select({ cancelled: scope.whenCancelled, late: Timeout.after(1) })
        const selects = yield* Effect.forEach(Array.from({ length: 1000 }), () =>
          group.spawn(Channel.select({ cancelled: scope.whenCancelled }))
        )
        yield* VirtualClock.untilQuiet
        expect(watching(scope)).toBe(1000)
        for (const select of selects) yield* select.cancel()
        yield* VirtualClock.untilQuiet
        expect(watching(scope)).toBe(0)
      })
    )
  )

  it.effect("tells nobody in the scope itself but its cleanup: who waits there is cancelled [D39]", () =>
    VirtualClock.run(
      TaskGroup.run("g", function* (group) {
        const told: Array<string> = []
        const select = (scope: CancelScope.CancelScope, who: string) =>
          Effect.map(Channel.select({ cancelled: scope.whenCancelled }), () => void told.push(who))
        const scope = yield* CancelScope.make("s")
        const body = Effect.onInterrupt(select(scope, "body"), () => select(scope, "cleanup"))
        const running = yield* group.spawn(body.pipe(CancelScope.enter(scope)))
        yield* VirtualClock.untilQuiet
        yield* scope.cancel()
        expect((yield* running.join)._tag).toBe("Cancelled")
        expect(told).toEqual(["cleanup"])
      })
    )
  )
})
