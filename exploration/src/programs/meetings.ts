import { Cause, Effect, Exit, Fiber } from "effect"
import { Sync } from "ferrule"
import { type Program, program } from "../Program.ts"
import { cancelling, together, victim, ways } from "../together.ts"

export const meetingPrograms: ReadonlyArray<Program> = [
  program("an event happens once, and all who wait go on, first come first", ["S-160"], function* (see) {
    const event = yield* Sync.event
    const fibers: Array<Fiber.Fiber<void>> = []
    for (const name of ["a", "b"]) {
      fibers.push(yield* Effect.forkChild(Effect.andThen(event.wait, see.note(name))))
    }
    yield* together(event.set, event.set, event.wait)
    yield* Effect.forEach(fibers, Fiber.join)
    see.same(see.log, ["a", "b"], "all went on")
    see.that(yield* event.isSet, "it is set")
  }),

  program("a barrier gives each its number, and closes again", ["S-161"], function* (see) {
    const barrier = yield* Sync.barrier(2)
    const numbers: Array<number> = []
    const pass = Effect.map(barrier.wait, (number) => void numbers.push(number))
    yield* together(pass, pass, pass, pass)
    see.same(numbers, [0, 0, 1, 1], "two rounds")
  }),

  ...ways.map((way) =>
    program(
      `who is cancelled at an event waits no longer, and the others go on, by ${way}`,
      ["S-160", "S-155"],
      function* (see) {
        const event = yield* Sync.event
        yield* together(cancelling(way, event.wait), event.wait, event.set)
        see.that(yield* event.isSet, "it is set")
      }
    )
  ),

  ...ways.map((way) =>
    program(`who is cancelled at a barrier does not count, by ${way}`, ["S-161"], function* (see) {
      const barrier = yield* Sync.barrier(2)
      const cut = yield* victim(way, barrier.wait)
      const first = yield* Effect.forkChild(cut.run)
      const second = yield* Effect.forkChild(barrier.wait)
      yield* cut.cancel
      const ended = yield* Fiber.join(first)
      yield* Effect.sleep(1)
      const passed = second.pollUnsafe() !== undefined
      see.that(passed || ended._tag === "cancelled", "two who came have passed")
      if (!passed) yield* barrier.wait
      see.that(Exit.isSuccess(yield* Fiber.await(second)), "the second passes with one more")
    })
  ),

  program("what a marked scope would set is not set", ["S-155", "S-6"], function* (see) {
    const event = yield* Sync.event
    let whenMarked = false
    const { cancel, run } = yield* victim("scope", event.set)
    const look = Effect.map(event.isSet, (isSet) => void (whenMarked = isSet))
    const [ended] = yield* Effect.all([run, Effect.andThen(cancel, look)], { concurrency: 2 })
    if (ended._tag === "cancelled" && !whenMarked) see.equal(yield* event.isSet, false, "it is not set any more")
  }),

  program("who is not in the mutex cannot wait on its condition", ["S-158"], function* (see) {
    const mutex = yield* Sync.mutex
    const changed = yield* Sync.condition(mutex)
    const [exit] = yield* Effect.all([Effect.exit(changed.wait), mutex(Effect.void), changed.notifyAll], {
      concurrency: 3
    })
    see.that(Exit.isFailure(exit) && Cause.hasDies(exit.cause), "a defect")
  })
]
