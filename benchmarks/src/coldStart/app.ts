/** The app whose size is measured: a task that is spawned, a timeout, a channel. It is bundled, and it runs. */
import * as Effect from "effect/Effect"
import { Channel, TaskGroup, Timeout } from "ferrule"

const program = TaskGroup.run("app", function* (group) {
  const numbers = yield* Channel.make<number>("numbers")
  yield* group.spawn(
    numbers.sender.use(function* (sender) {
      yield* sender.send(1)
      yield* sender.send(2)
    })
  )
  let sum = 0
  yield* numbers.receiver.forEach((n) => Effect.sync(() => void (sum += n)))
  return sum
}).pipe(Timeout.failAfter("1 second"))

console.log(await Effect.runPromise(program))
