/**
 * Ten tasks with a deadline each, after 1.0 to 1.9 seconds: what `stoppedFor` stops. Prints "waiting", then the
 * milliseconds until all deadlines had fired, and two seconds later how often each did.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { Effect } from "effect"
import { TaskGroup, Timeout } from "ferrule"

const fired = Array.from({ length: 10 }, () => 0)

const program = TaskGroup.run("deadlines", function* (group) {
  for (const index of fired.keys()) {
    const waits = Effect.onInterrupt(Effect.never, () => Effect.sync(() => fired[index]!++))
    yield* group.spawn(Timeout.moveOnAfter(waits, 1000 + index * 100))
  }
  yield* Effect.sleep(0)
  console.log("waiting")
})

const started = performance.now()
await Effect.runPromise(program)
console.log(performance.now() - started)
await sleep(2000)
console.log(JSON.stringify(fired))
