/** A program for `rejections.test.ts`, in a process of its own: promises that tasks forget, each in its own way. */
import { EventEmitter } from "node:events"
import { failureHook, reportRejections } from "@ferrule/runtime"
import { Effect, Fiber } from "effect"
import { run } from "../../src/index.ts"

const float = (): void => void Promise.reject(new Error("forgotten"))
const emitter = new EventEmitter()
const floats = Effect.sync(float)

const tasks = {
  direct: floats,
  "after a wait": Effect.andThen(Effect.sleep(5), floats),
  "in a timer": Effect.andThen(
    Effect.sync(() => void setTimeout(float, 3)),
    Effect.sleep(10)
  ),
  "in an async function": Effect.promise(async () => {
    void (async () => {
      await Promise.resolve()
      throw new Error("forgotten")
    })()
  }),
  listens: Effect.sync(() => void emitter.on("event", float)),
  emits: Effect.andThen(
    Effect.sleep(5),
    Effect.sync(() => void emitter.emit("event"))
  ),
  "in a fiber": Effect.flatMap(Effect.forkChild(floats), Fiber.join)
}

const cancelled = Effect.onInterrupt(Effect.never, () => floats)

const program = Effect.gen(function* () {
  yield* reportRejections
  yield* run("requests", function* (group) {
    const waits = yield* group.spawn(cancelled, "cancelled")
    for (const [name, task] of Object.entries(tasks)) yield* (yield* group.spawn(task, name)).join
    yield* group.spawn(
      run("inner", (inner) => inner.spawn(floats, "of the inner group")),
      "outer"
    )
    yield* floats
    yield* waits.cancel("enough")
  })
})

await Effect.runPromise(
  Effect.provideService(Effect.scoped(program), failureHook, ({ group, kind, task, trace }) =>
    Effect.sync(() => console.log(`${kind} in ${group}/${task}${trace === undefined ? "" : `, ${trace.reason._tag}`}`))
  )
)
