/** What `app.ts` does, on Effect alone: what such an app costs without Ferrule. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"

const program = Effect.gen(function* () {
  const numbers = yield* Queue.bounded<number>(0)
  const fiber = yield* Effect.forkChild(Effect.andThen(Queue.offer(numbers, 1), Queue.offer(numbers, 2)))
  const sum = (yield* Queue.take(numbers)) + (yield* Queue.take(numbers))
  yield* Fiber.join(fiber)
  return sum
}).pipe(Effect.timeout("1 second"))

console.log(await Effect.runPromise(program))
