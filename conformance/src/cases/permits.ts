import { Effect, Option } from "effect"
import { Sync, TaskGroup } from "ferrule"
import { Fail, fail, Interrupt, ok } from "../harness/Outcome.ts"
import { inAnyOrder, type Scenario, scenario } from "../harness/Scenario.ts"
import { range } from "./channelWords.ts"

/** Takes what a `tryAcquire` gives, which it has to give. */
const taken = (semaphore: Sync.Semaphore, n = 1) => Effect.map(semaphore.tryAcquire(n), Option.getOrThrow)

export const permits: ReadonlyArray<Scenario> = [
  scenario("SY-01", "a permit that is released is the waiter's, not that of who comes next", function* (t) {
    const semaphore = yield* Sync.semaphore(1)
    const permit = yield* taken(semaphore)
    const waiter = yield* t.start(semaphore.withPermits(1)(t.log("waiter")))
    yield* t.untilQuiet
    yield* permit.release
    t.equal(Option.isNone(yield* semaphore.tryAcquire()), true, "tryAcquire right after the release says no")
    yield* t.endOf(waiter)
    t.logged("waiter")
    t.equal(yield* semaphore.available, 1)
  }),

  scenario("SY-04", "a waiter that is cancelled leaves the count of permits as it was", function* (t) {
    const semaphore = yield* Sync.semaphore(1)
    const permit = yield* taken(semaphore)
    t.ends(yield* t.cancelledAt(100, semaphore.withPermits(1)(t.log("never"))), fail(Interrupt), 100)
    t.equal(yield* semaphore.available, 0)
    yield* permit.release
    t.equal(yield* semaphore.available, 1)
    const again = yield* taken(semaphore)
    yield* again.release
    t.logged()
  }),

  inAnyOrder(
    "SY-05",
    "a lock that is released as the first in line is cancelled goes to the next, and is not lost",
    function* (t) {
      const mutex = yield* Sync.mutex
      const event = yield* Sync.event
      yield* TaskGroup.supervised("main", function* (group) {
        yield* group.spawn(mutex(event.wait), "A")
        yield* t.untilQuiet
        const b = yield* group.spawn(mutex(t.log("B")), "B")
        yield* t.untilQuiet
        yield* group.spawn(mutex(t.log("C")), "C")
        yield* t.untilQuiet
        // In one instant, in the order that the seed decides.
        yield* group.spawn(event.set)
        yield* group.spawn(b.cancel())
        for (const _ of range(t.seed % 5)) yield* group.spawn(Effect.yieldNow)
      })
      t.check(t.entries.at(-1) === "C", "C has its turn, after B if B had one")
      t.equal(yield* mutex.locked, false)
    }
  ),

  scenario("SY-06", "withPermits releases on success, on failure and on cancel", function* (t) {
    const semaphore = yield* Sync.semaphore(3)
    const two = semaphore.withPermits(2)
    t.ends(yield* t.ended(two(semaphore.available)), ok(1))
    t.equal(yield* semaphore.available, 3)
    t.ends(yield* t.ended(two(Effect.fail("x"))), fail(Fail("x")))
    t.equal(yield* semaphore.available, 3)
    t.ends(yield* t.cancelledAt(100, two(t.forever("cleanup", 20))), fail(Interrupt), 120)
    t.logged("cleanup")
    t.equal(yield* semaphore.available, 3)
  }),

  scenario("SY-10", "a large waiter that is cancelled holds up nobody behind it", function* (t) {
    const semaphore = yield* Sync.semaphore(10)
    const small = yield* taken(semaphore)
    const large = yield* t.start(t.cancelledAt(100, semaphore.withPermits(10)(t.log("large"))))
    yield* t.at(50)
    t.equal(Option.isNone(yield* semaphore.tryAcquire()), true, "nobody overtakes the large one")
    yield* t.endOf(large)
    yield* semaphore.withPermits(1)(t.log("small"))
    t.isAt(100)
    t.logged("small")
    yield* small.release
  }),

  scenario("SY-11", "a large acquire is not starved by a stream of small ones", function* (t) {
    const semaphore = yield* Sync.semaphore(10)
    const small = Effect.forever(semaphore.withPermits(1)(Effect.sleep(10)))
    yield* TaskGroup.run("stream", function* (group) {
      // Each begins a little later: there is never a moment in which all ten are free.
      for (const i of range(10)) yield* group.spawn(Effect.delay(small, i), { daemon: true })
      yield* t.at(100)
      yield* semaphore.withPermits(10)(Effect.sync(() => t.check(t.now <= 110, `large at ${t.now}, not after 110`)))
    })
    t.equal(yield* semaphore.statistics, { permits: 10, taken: 0, waiting: 0 })
  }),

  scenario("SY-12", "to release what one does not hold is a defect, and changes nothing", function* (t) {
    const semaphore = yield* Sync.semaphore(2)
    const [first, second] = [yield* taken(semaphore), yield* taken(semaphore)]
    yield* first.release
    t.diesOf(yield* t.ended(first.release), Error)
    t.equal(yield* semaphore.statistics, { permits: 2, taken: 1, waiting: 0 })
    yield* second.release

    // To wait on a condition releases the mutex.
    const mutex = yield* Sync.mutex
    const condition = yield* Sync.condition(mutex)
    const late = yield* mutex(t.start(Effect.delay(condition.wait, 10)))
    const other = yield* t.start(mutex(Effect.sleep(100)))
    t.diesOf(yield* t.endOf(late), Error, 10)
    t.equal(yield* mutex.locked, true, "the other one still holds it")
    yield* t.endOf(other)
    t.equal(yield* mutex.locked, false)
  })
]
