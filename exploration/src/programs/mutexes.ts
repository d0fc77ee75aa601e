import { Deferred, Effect, Exit, Fiber } from "effect"
import { Sync } from "ferrule"
import { type Program, program } from "../Program.ts"
import { cancelling, together, ways } from "../together.ts"
import { Inside } from "../Inside.ts"

export const mutexPrograms: ReadonlyArray<Program> = [
  program("a mutex lets in one at a time", ["S-157"], function* (see) {
    const mutex = yield* Sync.mutex
    const { use } = new Inside(see, 1)
    yield* together(mutex(use(1)), mutex(use(1)), mutex(use(1)))
    see.equal(yield* mutex.locked, false, "it is left")
  }),

  program("a mutex is first come, first served", ["S-157"], function* (see) {
    const mutex = yield* Sync.mutex
    const gate = yield* Deferred.make<void>()
    const fibers = [yield* Effect.forkChild(mutex(Deferred.await(gate)))]
    while (!(yield* mutex.locked)) yield* Effect.yieldNow
    for (const name of ["a", "b"]) {
      fibers.push(yield* Effect.forkChild(mutex(see.note(name)), { startImmediately: true }))
      // Until all that can happen has: then it stands in line.
      yield* Effect.sleep(1)
    }
    yield* Deferred.succeed(gate, undefined)
    yield* Effect.forEach(fibers, Fiber.join)
    see.equal(see.log, ["a", "b"], "in the order in which they came")
  }),

  program("to lock a mutex in the fiber that holds it is a defect, and the mutex is left", ["S-157"], function* (see) {
    const mutex = yield* Sync.mutex
    const twice = Effect.exit(mutex(mutex(Effect.void)))
    const [exit] = yield* Effect.all([twice, mutex(Effect.void)], { concurrency: 2 })
    see.that(Exit.hasDies(exit), "a defect")
    see.equal(yield* mutex.locked, false, "it is left")
  }),

  ...ways.map((way) =>
    program(`a mutex is left on any exit, by ${way}`, ["S-157", "S-151"], function* (see) {
      const mutex = yield* Sync.mutex
      const { use } = new Inside(see, 1)
      yield* together(
        mutex(use(1)),
        cancelling(way, mutex(Effect.andThen(use(1), Effect.yieldNow))),
        Effect.exit(mutex(Effect.andThen(use(1), Effect.fail("x"))))
      )
      see.equal(yield* mutex.locked, false, "it is left")
    })
  )
]
