import { AsyncLocalStorage } from "node:async_hooks"
import { leavesNothing } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Context, Effect, Fiber, References } from "effect"
import { describe } from "vitest"
import * as TaskGroup from "../src/index.ts"

const storage = new AsyncLocalStorage<string>()
const Tag = Context.Reference<string>("test/Tag", { defaultValue: () => "none" })

const upTo = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, i) => i)

/** Runs a program where AsyncLocalStorage holds `store`. */
const within = <A, E>(store: string, self: Effect.Effect<A, E>) =>
  Effect.suspend(() => Fiber.join(storage.run(store, () => Effect.runFork(self))))

describe("AsyncLocalStorage in a task is that of its spawner", () => {
  it.live("in a burst longer than a slice, at the start, after a wait and in cleanup", () =>
    leavesNothing(
      Effect.gen(function* () {
        const seen: Array<string | undefined> = []
        const look = Effect.sync(() => void seen.push(storage.getStore()))
        const task = Effect.andThen(look, Effect.andThen(Effect.yieldNow, look)).pipe(Effect.ensuring(look))
        const program = TaskGroup.run("g", (group) => Effect.forEach(upTo(200), () => group.spawn(task)))
        yield* within("mine", program)
        expect(seen).toEqual(upTo(600).map(() => "mine"))
      })
    )
  )

  it.live("when it waited for room, in the body and in a task", () =>
    leavesNothing(
      Effect.gen(function* () {
        const seen: Array<string | undefined> = []
        const look = Effect.andThen(
          Effect.yieldNow,
          Effect.sync(() => void seen.push(storage.getStore()))
        )
        const program = TaskGroup.run({ name: "g", limit: 1 }, function* (group) {
          yield* group.spawn(Effect.forEach(upTo(5), () => group.spawn(look)))
          for (const _ of upTo(5)) yield* group.spawn(look)
        })
        yield* within("mine", program)
        expect(seen).toEqual(upTo(10).map(() => "mine"))
      })
    )
  )

  it.live("in cleanup, though somebody else cancelled it", () =>
    leavesNothing(
      Effect.gen(function* () {
        const seen: Array<string | undefined> = []
        const look = Effect.sync(() => void seen.push(storage.getStore()))
        let group: TaskGroup.TaskGroup | undefined
        const program = TaskGroup.run("g", (own) => {
          group = own
          return own.spawn(Effect.onInterrupt(Effect.never, () => look))
        })
        const running = yield* Effect.forkChild(within("spawner", program), { startImmediately: true })
        yield* Effect.sleep(1)
        yield* within("canceller", group!.cancelTasks())
        yield* Fiber.join(running)
        expect(seen).toEqual(["spawner"])
      })
    )
  )

  it.live("whatever other fibers spawn into the group in between", () =>
    leavesNothing(
      Effect.gen(function* () {
        const seen: Array<readonly [number, string | undefined]> = []
        const look = (i: number) => Effect.sync(() => void seen.push([i, storage.getStore()]))
        yield* TaskGroup.run("g", (group) =>
          Effect.forEach(upTo(100), (i) => within(`${i % 3}`, Effect.asVoid(group.spawn(look(i)))), {
            concurrency: "unbounded"
          })
        )
        expect(seen.toSorted(([a], [b]) => a - b)).toEqual(upTo(100).map((i) => [i, `${i % 3}`]))
      })
    )
  )
})

describe("the context in a task is that of its spawner", () => {
  it.live("at the moment of each spawn, although they make one burst", () =>
    leavesNothing(
      Effect.gen(function* () {
        const seen: Array<string> = []
        const look = Effect.map(Tag, (tag) => void seen.push(tag))
        yield* TaskGroup.run("g", function* (group) {
          for (const tag of ["a", "b", "a"]) yield* Effect.provideService(group.spawn(look), Tag, tag)
          yield* group.spawn(look)
        })
        expect(seen).toEqual(["a", "b", "a", "none"])
      })
    )
  )

  it.live("span and log annotations included", () =>
    leavesNothing(
      Effect.gen(function* () {
        const look = Effect.gen(function* () {
          return [(yield* Effect.orDie(Effect.currentSpan)).name, yield* References.CurrentLogAnnotations]
        })
        const seen = yield* TaskGroup.run("g", (group) =>
          Effect.flatMap(group.spawn(look), (task) => task.join).pipe(
            Effect.annotateLogs("a", 1),
            Effect.withSpan("outer")
          )
        )
        expect(seen).toEqual(["outer", { a: 1 }])
      })
    )
  )
})
