import { Effect, Fiber } from "effect"
import { Sync } from "ferrule"
import { type Program, program } from "../Program.ts"
import { cancelling, together, victim, ways } from "../together.ts"
import type { World } from "../World.ts"

/** Items behind a mutex; `take` waits for one. */
const store = (see: World) =>
  Effect.gen(function* () {
    const mutex = yield* Sync.mutex
    const changed = yield* Sync.condition(mutex)
    let [items, inside] = [0, 0]
    const comeIn = Effect.sync(() => see.that(++inside === 1, "who goes on is alone in the mutex"))
    const goOut = Effect.sync(() => void inside--)
    /** Masked but for the waits: who was notified and goes on takes an item. */
    const alone = <A>(self: Effect.Effect<A>) =>
      mutex(Effect.uninterruptible(comeIn.pipe(Effect.andThen(self), Effect.ensuring(goOut))))
    const take = mutex(
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          while (items === 0) yield* Effect.ensuring(Effect.andThen(goOut, restore(changed.wait)), comeIn)
          items--
        }).pipe((taking) => comeIn.pipe(Effect.andThen(taking), Effect.ensuring(goOut)))
      )
    )
    const put = (notify: Effect.Effect<void>) =>
      alone(
        Effect.andThen(
          Effect.sync(() => void items++),
          notify
        )
      )
    return { mutex, changed, take, put, left: () => items }
  })

export const conditionPrograms: ReadonlyArray<Program> = [
  program(
    "a wait leaves the mutex, is alone in it when it goes on, and no notification is lost",
    ["S-158", "S-159"],
    function* (see) {
      const { changed, left, mutex, put, take } = yield* store(see)
      yield* together(take, put(changed.notify()))
      see.equal([left(), yield* mutex.locked], [0, false], "the item was taken, and the mutex left")
    }
  ),

  program("those notified first come in first", ["S-158"], function* (see) {
    const mutex = yield* Sync.mutex
    const changed = yield* Sync.condition(mutex)
    const fibers: Array<Fiber.Fiber<void>> = []
    for (const name of ["a", "b"]) {
      fibers.push(yield* Effect.forkChild(mutex(Effect.andThen(changed.wait, see.note(name)))))
      yield* Effect.sleep(1)
    }
    yield* together(changed.notify(1), changed.notify(1))
    yield* Effect.forEach(fibers, Fiber.join)
    see.equal(see.log, ["a", "b"], "in the order of the line")
  }),

  program("a notification reaches those that wait at that moment, or nobody", ["S-159"], function* (see) {
    const mutex = yield* Sync.mutex
    const changed = yield* Sync.condition(mutex)
    yield* changed.notifyAll
    const fiber = yield* Effect.forkChild(mutex(Effect.andThen(changed.wait, see.note("went on"))))
    yield* Effect.sleep(1)
    see.equal(see.log, [], "it waits")
    yield* changed.notifyAll
    yield* Fiber.join(fiber)
  }),

  ...ways.map((way) =>
    program(`who is notified and cancelled passes it on, by ${way}`, ["S-159", "S-158"], function* (see) {
      const { changed, left, mutex, put, take } = yield* store(see)
      yield* together(cancelling(way, take), take, put(changed.notify()), put(changed.notify()))
      see.that(left() <= 1, "an item is left only by who was cancelled")
      see.equal(yield* mutex.locked, false, "the mutex is left")
    })
  ),

  ...ways.map((way) =>
    program(`one notification and one cancel: who is left is served, by ${way}`, ["S-159", "S-158"], function* (see) {
      const { changed, left, put, take } = yield* store(see)
      const cut = yield* victim(way, take)
      const cutFiber = yield* Effect.forkChild(cut.run)
      const other = yield* Effect.forkChild(take)
      yield* Effect.sleep(1)
      yield* together(cut.cancel, put(changed.notify()))
      yield* Fiber.join(cutFiber)
      yield* Effect.sleep(1)
      if (other.pollUnsafe() === undefined) {
        see.equal(left(), 0, "nobody waits beside an item")
        yield* put(changed.notify())
      }
      yield* Fiber.join(other)
      see.equal(left(), 0, "the item was taken")
    })
  )
]
