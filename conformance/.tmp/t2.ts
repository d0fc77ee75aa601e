import { Effect, Exit, Context, Metric, Fiber } from "effect"
import { TaskGroup, CancelScope, Timeout } from "ferrule"
import { drive } from "../src/harness/drive.ts"
import { LiveFibers } from "../src/harness/LiveFibers.ts"
const r = await drive(() => Effect.exit(TaskGroup.run("both", function* (group) {
   yield* group.spawn(Effect.fail("c"))
   for (let i = 0; i < 200; i++) yield* group.spawn(Effect.never)
})))
console.log("fifo", r.exit?._tag, r.problems)
// on the stock scheduler
const live = new LiveFibers()
const main = TaskGroup.run("both", function* (group) {
   yield* group.spawn(Effect.fail("c"))
   for (let i = 0; i < 200; i++) yield* group.spawn(Effect.never)
})
const f = Effect.runForkWith(Context.make(Metric.FiberRuntimeMetrics, live))(main)
await new Promise(res => f.addObserver(() => { console.log("live at the end (in step)", live.count); queueMicrotask(()=>console.log("microtask later", live.count)); setImmediate(() => { console.log("turn later", live.count); res(0) }) }))
