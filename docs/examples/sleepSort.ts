/**
 * Sorts numbers by sleeping: a task for each, which gives its number after so many milliseconds. A joke, and a test of
 * clocks: equal numbers come in the order of their tasks, and a cancel half-way leaves the least ones, in order.
 */
import { Effect } from "effect"
import { TaskGroup } from "ferrule"

export const sleepSort = (keys: Iterable<number>, emit: (key: number, place: number) => void) =>
  TaskGroup.run("sleep sort", function* (group) {
    let place = 0
    for (const key of keys) {
      const index = place++
      yield* group.spawn(
        Effect.andThen(
          Effect.sleep(key),
          Effect.sync(() => emit(key, index))
        ),
        `key ${key}`
      )
    }
  })

if (import.meta.main) {
  const sorted: Array<number> = []
  await Effect.runPromise(sleepSort([30, 10, 20, 50, 40, 10], (key) => void sorted.push(key)))
  console.log(sorted)
}
// => [ 10, 10, 20, 30, 40, 50 ]
