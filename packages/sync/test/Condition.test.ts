import * as CancelScope from "@ferrule/cancel-scope"
import { VirtualClock } from "@ferrule/testing"
import * as Timeout from "@ferrule/timeout"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber } from "effect"
import * as Sync from "../src/index.ts"
import { endOf, isCancelled, quiet, region, start, upTo } from "./support/running.ts"

const defectOf = <A, E>(exit: Exit.Exit<A, E>): string =>
  Exit.isFailure(exit) && Exit.hasDies(exit) ? String(Cause.squash(exit.cause)) : "no defect"

const both = Effect.gen(function* () {
  const mutex = yield* Sync.mutex
  return { mutex, changed: yield* Sync.condition(mutex) }
})

it.effect("a wait leaves the mutex, and is in again when it goes on", () =>
  Effect.gen(function* () {
    const { mutex, changed } = yield* both
    const log: Array<string> = []
    const waiter = yield* start(
      mutex(
        Effect.gen(function* () {
          yield* changed.wait
          log.push(`waiter ${yield* mutex.locked}`)
        })
      )
    )
    yield* mutex(
      Effect.gen(function* () {
        yield* changed.notify()
        yield* quiet
        log.push("notifier")
      })
    )
    yield* Fiber.join(waiter)
    expect(log).toEqual(["notifier", "waiter true"])
    expect(yield* mutex.locked).toBe(false)
  })
)

it.effect("those who wait are notified first come first, so many as is said, and never inside the notify", () =>
  Effect.gen(function* () {
    const { mutex, changed } = yield* both
    const log: Array<number> = []
    for (const who of upTo(6)) yield* start(mutex(Effect.map(changed.wait, () => log.push(who))))
    Effect.runSync(changed.notify())
    expect(log).toEqual([])
    yield* quiet
    expect(log).toEqual([0])
    yield* changed.notify(2)
    yield* changed.notify(0)
    yield* quiet
    expect(log).toEqual([0, 1, 2])
    yield* changed.notifyAll
    yield* quiet
    expect(log).toEqual([0, 1, 2, 3, 4, 5])
  })
)

it.effect("a notification that nobody waits for is gone", () =>
  Effect.gen(function* () {
    const { mutex, changed } = yield* both
    yield* changed.notify(5)
    yield* changed.notifyAll
    const waiter = yield* start(mutex(changed.wait))
    yield* quiet
    expect(endOf(waiter)).toBe("waits")
    yield* Fiber.interrupt(waiter)
  })
)

it.effect("to wait outside of the mutex, or in another one, is a defect that says so [SY-12]", () =>
  Effect.gen(function* () {
    const { mutex, changed } = yield* both
    const other = yield* Sync.mutex
    for (const wait of [changed.wait, other(changed.wait)]) {
      expect(defectOf(yield* Effect.exit(wait))).toMatch(/cannot wait on the condition outside of its mutex/)
    }
    // It began inside, and the mutex was left since.
    const late = yield* mutex(start(Effect.andThen(Effect.yieldNow, changed.wait)))
    yield* mutex(
      Effect.gen(function* () {
        expect(defectOf(yield* Effect.exit(Fiber.join(late)))).toMatch(/outside of its mutex/)
        expect(yield* mutex.locked).toBe(true)
      })
    )
  })
)

it.effect("two tasks cannot leave one stay in the mutex at once: the second is outside", () =>
  Effect.gen(function* () {
    const { mutex, changed } = yield* both
    const [first, second] = yield* mutex(
      Effect.gen(function* () {
        const [first, second] = [yield* start(changed.wait), yield* start(Effect.exit(changed.wait))]
        yield* changed.notify()
        yield* Fiber.join(first)
        return [first, second] as const
      })
    )
    expect(endOf(first)).toEqual(Exit.void)
    expect(defectOf(yield* Fiber.join(second))).toMatch(/outside of its mutex/)
    expect(yield* mutex.locked).toBe(false)
  })
)

it.effect("it waits inside scopes and timeouts that stand in the mutex", () =>
  VirtualClock.run(
    Effect.gen(function* () {
      const { mutex, changed } = yield* both
      const patient = changed.wait.pipe(Timeout.failAfter(100), Effect.flip)
      const late = mutex(CancelScope.run("scope", () => Effect.zip(patient, mutex.locked)))
      const outcome = yield* late
      expect(outcome).toMatchObject({ _tag: "Completed", value: [{ _tag: "DeadlineExceeded" }, true] })
      const notified = yield* start(mutex(Timeout.failAfter(changed.wait, 100)))
      yield* Effect.delay(changed.notify(), 50)
      yield* Fiber.join(notified)
      expect(yield* mutex.locked).toBe(false)
    })
  )
)

it.effect("one who is cancelled while it waits is in the mutex again before its cleanup runs", () =>
  Effect.gen(function* () {
    const { mutex, changed } = yield* both
    const leave = yield* Sync.event
    const log: Array<string> = []
    const waiting = Effect.ensuring(
      changed.wait,
      Effect.sync(() => log.push("cleanup of the waiter"))
    )
    const waiter = yield* start(mutex(waiting))
    const holder = yield* start(
      mutex(
        Effect.ensuring(
          leave.wait,
          Effect.sync(() => log.push("holder leaves"))
        )
      )
    )
    waiter.interruptUnsafe()
    yield* quiet
    expect([endOf(waiter), log]).toEqual(["waits", []])
    yield* leave.set
    yield* Fiber.join(holder)
    yield* Fiber.await(waiter)
    expect(log).toEqual(["holder leaves", "cleanup of the waiter"])
    expect([isCancelled(endOf(waiter)), yield* mutex.locked]).toEqual([true, false])
  })
)

it.effect(
  "a notification of one who is cancelled goes to the next, while it waits for the mutex or is in already",
  () =>
    Effect.gen(function* () {
      for (const mutexIsFree of [true, false]) {
        const { mutex, changed } = yield* both
        const leave = yield* Sync.event
        const gone = yield* start(mutex(changed.wait))
        const next = yield* start(mutex(Effect.as(changed.wait, "notified")))
        const holder = mutexIsFree ? undefined : yield* start(mutex(leave.wait))
        Effect.runSync(changed.notify())
        gone.interruptUnsafe()
        yield* quiet
        yield* leave.set
        expect(yield* Fiber.join(next)).toBe("notified")
        expect(isCancelled(yield* Fiber.await(gone))).toBe(true)
        if (holder !== undefined) yield* Fiber.join(holder)
        expect(yield* mutex.locked).toBe(false)
      }
    })
)

it.effect("one whose scope is cancelled is passed over, and cleanup that waits is served after all [D39]", () =>
  Effect.gen(function* () {
    const { mutex, changed } = yield* both
    const marked = region(mutex(changed.wait))
    const gone = yield* start(marked.run)
    const next = yield* start(mutex(Effect.as(changed.wait, "next")))
    marked.mark()
    yield* changed.notify()
    expect(yield* Fiber.join(next)).toBe("next")
    expect(isCancelled(yield* Fiber.join(gone))).toBe(true)

    const masked = region(Effect.uninterruptible(mutex(changed.wait)))
    const cleanup = yield* start(masked.run)
    masked.mark()
    yield* changed.notify()
    yield* Fiber.join(cleanup)

    // It was passed over and left: nothing is owed to who comes later.
    const left = region(mutex(changed.wait))
    const leaving = yield* start(left.run)
    left.mark()
    yield* changed.notify()
    yield* Fiber.join(leaving)
    const later = region(Effect.uninterruptible(mutex(changed.wait)))
    const waiting = yield* start(later.run)
    later.mark()
    const other = yield* start(mutex(changed.wait))
    // Passes over the first, and there is nothing left for it.
    yield* changed.notify()
    yield* Fiber.join(other)
    yield* quiet
    expect(endOf(waiting)).toBe("waits")
    yield* changed.notifyAll
    yield* Fiber.join(waiting)
    expect(yield* mutex.locked).toBe(false)
  })
)

it.effect("a task that outlives the stay in which it waits does not keep the mutex", () =>
  Effect.gen(function* () {
    const { mutex, changed } = yield* both
    const orphan = yield* mutex(Effect.forkDetach(changed.wait, { startImmediately: true }))
    expect(yield* mutex.locked).toBe(false)
    yield* changed.notify()
    yield* Fiber.join(orphan)
    expect(yield* mutex.locked).toBe(false)
  })
)

it.effect.each([-1, 1.5, NaN])("to notify %s of those who wait is a defect", (n) =>
  Effect.gen(function* () {
    const { changed } = yield* both
    expect(defectOf(yield* Effect.exit(changed.notify(n)))).toMatch(/cannot notify .* Pass a whole number/)
  })
)
