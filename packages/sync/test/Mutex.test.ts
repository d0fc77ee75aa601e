import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, References } from "effect"
import * as Sync from "../src/index.ts"
import { endOf, isCancelled, quiet, region, start, upTo } from "./support/running.ts"

const defectOf = <A, E>(exit: Exit.Exit<A, E>): string =>
  Exit.isFailure(exit) && Exit.hasDies(exit) ? String(Cause.squash(exit.cause)) : "no defect"

it.effect("one at a time is in, in the order in which they came [SY-02, SY-03]", () =>
  Effect.gen(function* () {
    const mutex = yield* Sync.mutex
    const order: Array<number> = []
    let inside = 0
    const visit = (who: number) =>
      Effect.gen(function* () {
        expect(++inside).toBe(1)
        order.push(who)
        yield* Effect.yieldNow
        inside--
      }).pipe(mutex)
    const fibers = yield* Effect.forEach(upTo(5), (who) => start(visit(who)))
    yield* Fiber.joinAll(fibers)
    expect(order).toEqual(upTo(5))
  })
)

it.effect("it is unlocked on success, failure and cancel, and says whether it is locked [SY-06]", () =>
  Effect.gen(function* () {
    const mutex = yield* Sync.mutex
    expect(yield* mutex(mutex.locked)).toBe(true)
    expect(yield* mutex.locked).toBe(false)
    expect(yield* Effect.exit(mutex(Effect.fail("x")))).toEqual(Exit.fail("x"))
    expect(yield* mutex.locked).toBe(false)
    const held = yield* start(mutex(Effect.never))
    expect(yield* mutex.locked).toBe(true)
    yield* Fiber.interrupt(held)
    expect(yield* mutex.locked).toBe(false)
  })
)

it.effect("as it is unlocked and the first in line is cancelled, the second one has it [SY-05]", () =>
  Effect.gen(function* () {
    const mutex = yield* Sync.mutex
    const unlock = yield* Sync.event
    yield* start(mutex(unlock.wait))
    const b = yield* start(mutex(Effect.void))
    const c = yield* start(mutex(Effect.succeed("c")))
    yield* unlock.set
    yield* Effect.yieldNow
    b.interruptUnsafe()
    expect(yield* Fiber.join(c)).toBe("c")
    expect(yield* mutex.locked).toBe(false)
  })
)

it.effect("to lock it again in the fiber that holds it is a defect, in place of a wait for ever", () =>
  Effect.gen(function* () {
    const mutex = yield* Sync.mutex
    const other = yield* Sync.mutex
    const twice = mutex(other(mutex(Effect.void)))
    expect(defectOf(yield* Effect.exit(twice))).toMatch(/this fiber holds the mutex already.*Lock it once/)
    expect(yield* Effect.all([mutex.locked, other.locked])).toEqual([false, false])
    // One after the other is no problem, and neither is another fiber that began inside.
    const later = yield* mutex(start(mutex(Effect.succeed("later"))))
    expect(yield* Fiber.join(later)).toBe("later")
    expect(yield* mutex(Effect.succeed("again"))).toBe("again")
  })
)

it.effect("what the code inside changes in its context stays, and nothing else does", () =>
  Effect.gen(function* () {
    const mutex = yield* Sync.mutex
    const before = yield* Effect.context<never>()
    yield* mutex(Effect.void)
    expect(yield* Effect.context<never>()).toBe(before)
    const annotated = Effect.scoped(
      Effect.gen(function* () {
        yield* mutex(Effect.annotateLogsScoped({ job: 7 }))
        return (yield* References.CurrentLogAnnotations)["job"]
      })
    )
    expect(yield* annotated).toBe(7)
    // To lock it again is no defect: the stay is over.
    yield* mutex(Effect.void)
  })
)

it.effect("a cancelled scope gets no lock, and whoever waits in it is passed over [S-6, D39]", () =>
  Effect.gen(function* () {
    const mutex = yield* Sync.mutex
    const unlock = yield* Sync.event
    yield* start(mutex(unlock.wait))
    const marked = region(mutex(Effect.succeed("never")))
    const waiting = yield* start(marked.run)
    const next = yield* start(mutex(Effect.succeed("mine")))
    marked.mark()
    yield* unlock.set
    expect(yield* Fiber.join(next)).toBe("mine")
    expect(isCancelled(yield* Fiber.join(waiting))).toBe(true)
  })
)

it.effect("a crowd is let in one after the other without growing the stack [SY-13]", () =>
  Effect.gen(function* () {
    const mutex = yield* Sync.mutex
    const unlock = yield* Sync.event
    const first = yield* start(mutex(unlock.wait))
    let ran = 0
    const crowd = yield* Effect.forEach(upTo(10_000), () => start(mutex(Effect.sync(() => ran++))))
    yield* quiet
    expect(ran).toBe(0)
    expect(endOf(first)).toBe("waits")
    yield* unlock.set
    yield* Fiber.joinAll(crowd)
    expect(ran).toBe(10_000)
  })
)
