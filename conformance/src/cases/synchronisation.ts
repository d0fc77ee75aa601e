import { Effect, Option } from "effect"
import { Channel, Sync, Timeout } from "ferrule"
import { type Scenario, scenario } from "../harness/Scenario.ts"

export const synchronisation: ReadonlyArray<Scenario> = [
  scenario("SY-07", "an event wakes all that wait for it, and whoever comes later does not wait", function* (t) {
    const event = yield* Sync.event
    const waiters = [
      yield* t.start(Effect.andThen(event.wait, t.log("one"))),
      yield* t.start(Effect.andThen(event.wait, t.log("two")))
    ]
    yield* t.at(100)
    t.logged()
    t.equal(yield* event.isSet, false)
    yield* event.set
    for (const waiter of waiters) yield* t.endOf(waiter)
    t.logged("one", "two")
    yield* event.wait
    t.isAt(100)
    t.equal(yield* event.isSet, true)
  }),

  scenario("XE-02", "a select takes a permit that comes in time, and stands in no line when it is over", function* (t) {
    const semaphore = yield* Sync.semaphore(1)
    const clauses = { permit: Sync.acquiring(semaphore), late: Timeout.after(100) }
    const held = Option.getOrThrow(yield* semaphore.tryAcquire())
    t.equal((yield* Channel.select(clauses))._tag, "late")
    t.isAt(100)
    yield* t.at(150)
    yield* held.release
    t.equal(yield* semaphore.statistics, { permits: 1, taken: 0, waiting: 0 }, "nobody is queued for it")

    const again = Option.getOrThrow(yield* semaphore.tryAcquire())
    const giver = yield* t.start(Effect.andThen(t.at(200), again.release))
    const event = yield* Channel.select(clauses)
    t.isAt(200)
    t.equal(event._tag, "permit")
    t.equal(yield* semaphore.available, 0, "free permits while the select's is held")
    if (event._tag === "permit") yield* event.value.release
    t.equal(yield* semaphore.available, 1)
    yield* t.endOf(giver)
  })
]
