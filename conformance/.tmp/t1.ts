import { Effect, Exit } from "effect"
import { TaskGroup } from "ferrule"
import { drive } from "../src/harness/drive.ts"
import { outcomeOf } from "../src/harness/Outcome.ts"
for (const immediate of [false, true]) {
  const r = await drive(() => Effect.exit(TaskGroup.run("both", function* (group) {
        yield* group.spawn(Effect.fail("c"), { immediate })
        yield* Effect.fail("b")
      })))
  console.log(immediate, JSON.stringify(r.exit), r.problems)
}
  const r = await drive(() => Effect.exit(TaskGroup.run("main", function* (group) {
        const task = yield* group.spawn(Effect.ensuring(Effect.sync(()=>console.log("body")), Effect.sync(()=>console.log("fin"))))
        yield* task.cancel()
        yield* Effect.sleep(10)
        return yield* task.status
      })))
  console.log(JSON.stringify(r.exit), r.problems)
