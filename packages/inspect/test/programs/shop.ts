/**
 * A program to be looked at: `node shop.ts [IDLE-TASKS]`. It lives until it is told to stop, prints `ready` when all of
 * it stands, and has of everything something: tasks that wait and that are idle, deadlines, cancels, failures, a task
 * that does not stop when it is cancelled, and names that would like to be commands.
 */
import { CancelScope, Channel, TaskGroup, Timeout } from "ferrule"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Inspect from "../../src/index.ts"

const idle = Number(process.argv[2] ?? "0")

export const hostileName = "<img src=x onerror=alert(1)> \u001b[2J\u001b]0;owned\u0007\nsecond line \u202eright to left"

const request = (number: number) =>
  Effect.gen(function* () {
    yield* Effect.sleep(100)
    if (number % 5 === 0) return yield* Effect.fail("out of stock")
    return yield* Effect.sleep(number % 3 === 0 ? 60_000 : 400)
  }).pipe(Timeout.moveOnAfter(600))

const told = Effect.callback<void>((resume) => void process.once("SIGTERM", () => resume(Effect.void)))

/** Ignores that it was cancelled, as a promise would whose signal nobody looks at. */
const laggard = CancelScope.run("impatient", (scope) =>
  Effect.uninterruptible(Effect.andThen(scope.cancel("somebody pressed stop"), told))
)

const program = TaskGroup.run("shop", function* (shop) {
  const { receiver, sender } = yield* Channel.make<number>({ name: "orders", capacity: 16 })
  for (let order = 1; order <= 3; order++) yield* sender.send(order)
  const returns = yield* Channel.make<number>({ name: "returns", capacity: 1 })
  yield* shop.spawn(returns.receiver.receive, "desk")
  yield* shop.spawn(Effect.never, hostileName)
  yield* shop.spawn(laggard, "stubborn")
  yield* shop.spawn(Timeout.failAfter(Effect.never, "1 hour").pipe(Effect.ignore), "night watch")
  yield* shop.spawn(
    TaskGroup.run("idle", function* (group) {
      for (let i = 0; i < idle; i++) yield* group.spawn(Effect.never, `idle ${i}`)
    }),
    "warehouse"
  )
  yield* shop.spawn(
    TaskGroup.supervised(
      "requests",
      function* (group) {
        let number = 0
        yield* Effect.suspend(() => group.spawn(request(++number), `request ${number}`)).pipe(
          Effect.repeat(Schedule.spaced(200))
        )
      },
      () => Effect.void
    ),
    "door"
  )
  yield* Effect.yieldNow
  console.log("ready")
  yield* receiver.receive
  return yield* Effect.never
})

const fiber = Effect.runFork(Effect.provide(program, Inspect.layer({ program: "shop", laggardAfter: 10 })))
process.once("SIGTERM", () => fiber.interruptUnsafe())
fiber.addObserver((exit) => {
  console.log("ended", exit._tag)
  process.exit(0)
})
