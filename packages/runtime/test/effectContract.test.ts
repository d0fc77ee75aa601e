/**
 * What the packages rely on in Effect and its documentation does not promise. A failure here says which design to
 * revisit before a new version of Effect is accepted.
 */
import { expect, it } from "@effect/vitest"
import { Cause, Clock, Context, Effect, Exit, Fiber, Scheduler } from "effect"
import { describe } from "vitest"

class Note extends Context.Service<Note, string>()("test/Note") {}
const note = Context.make(Note, "kept")

const notesIn = (cause: Cause.Cause<unknown>): ReadonlyArray<string | undefined> =>
  cause.reasons.map((reason) => Context.getOrUndefined(Cause.reasonAnnotations(reason), Note))

const noted = <E>(error: E) => Cause.annotate(Cause.fail(error), note)

const causeOf = <A, E>(exit: Exit.Exit<A, E>): Cause.Cause<E> => {
  if (Exit.isSuccess(exit)) throw new Error("it succeeded")
  return exit.cause
}

describe("runForkWith", () => {
  it("runs the effect's first operations before it returns", () => {
    const log: Array<string> = []
    const effect = Effect.andThen(
      Effect.sync(() => void log.push("started")),
      Effect.never
    )
    const fiber = Effect.runForkWith(Context.empty())(effect)
    log.push("returned")
    fiber.interruptUnsafe()
    expect(log).toEqual(["started", "returned"])
  })

  it("gives a fiber that has ended when the effect did not wait", () => {
    expect(Effect.runForkWith(Context.empty())(Effect.succeed(1)).pollUnsafe()).toEqual(Exit.succeed(1))
  })

  it("calls an observer at once when the fiber has ended, and in the step in which it ends otherwise", () => {
    const log: Array<unknown> = []
    Effect.runFork(Effect.succeed(1)).addObserver((exit) => log.push(exit))
    let resume = (_: Effect.Effect<number>): void => {}
    const waiting = Effect.callback<number>((go) => {
      resume = go
    })
    Effect.runFork(waiting).addObserver((exit) => log.push(exit))
    expect(log).toEqual([Exit.succeed(1)])
    resume(Effect.succeed(2))
    expect(log).toEqual([Exit.succeed(1), Exit.succeed(2)])
  })

  it("tells an observer that the fiber itself has added, with the context still there that its code has left", () => {
    const seen: Array<unknown> = []
    const observed = (wait: Effect.Effect<void>) =>
      Effect.withFiber((fiber) => {
        fiber.addObserver((exit) => seen.push([exit, Context.getOrUndefined(fiber.context, Note)]))
        return Effect.as(
          Effect.andThen(
            wait,
            Effect.sync(() => fiber.setContext(Context.add(fiber.context, Note, "left")))
          ),
          1
        )
      })
    Effect.runForkWith(Context.empty())(observed(Effect.void))
    expect(seen).toEqual([[Exit.succeed(1), "left"]])
    let resume = (_: Effect.Effect<void>): void => {}
    const waiting = Effect.callback<void>((go) => {
      resume = go
    })
    Effect.runForkWith(Context.empty())(observed(waiting))
    resume(Effect.void)
    expect(seen).toEqual([
      [Exit.succeed(1), "left"],
      [Exit.succeed(1), "left"]
    ])
  })

  it.effect("gives the fiber the very context it was passed", () =>
    Effect.gen(function* () {
      const parent = yield* Effect.fiber
      const child = Effect.runForkWith(parent.context)(Effect.withFiber((fiber) => Effect.succeed(fiber.context)))
      expect(yield* Fiber.join(child)).toBe(parent.context)
    })
  )

  it("starts a fiber interruptible, even inside a masked region", () => {
    const inner = Effect.sync(() => {
      const fiber = Effect.runFork(Effect.never)
      fiber.interruptUnsafe()
      return fiber.pollUnsafe() !== undefined
    })
    expect(Effect.runSync(Effect.uninterruptible(inner))).toBe(true)
  })
})

describe("a fiber", () => {
  it("that is interrupted while it waits runs its cleanup in the step of the interruption", () => {
    const log: Array<string> = []
    const waiting = Effect.ensuring(
      Effect.never,
      Effect.sync(() => void log.push("cleanup"))
    )
    const fiber = Effect.runFork(waiting)
    fiber.interruptUnsafe()
    log.push("interrupted")
    expect(log).toEqual(["cleanup", "interrupted"])
  })

  it("that interrupts itself stops at its next operation", () => {
    const log: Array<string> = []
    const program = Effect.gen(function* () {
      const fiber = yield* Effect.fiber
      yield* Effect.sync(() => {
        fiber.interruptUnsafe()
        log.push("same step")
      })
      yield* Effect.sync(() => void log.push("next operation"))
    })
    expect(Exit.hasInterrupts(Effect.runSyncExit(program))).toBe(true)
    expect(log).toEqual(["same step"])
  })

  it("carries the annotations of its interruption in the cause", () => {
    const fiber = Effect.runFork(Effect.never)
    fiber.interruptUnsafe(undefined, note)
    expect(notesIn(causeOf(fiber.pollUnsafe()!))).toEqual(["kept"])
  })

  it("does not run handlers once it was interrupted", () => {
    const log: Array<string> = []
    const caught = Effect.catchCause(Effect.never, () => Effect.sync(() => void log.push("handler")))
    const fiber = Effect.runFork(caught)
    fiber.interruptUnsafe()
    expect(Exit.hasInterrupts(fiber.pollUnsafe()!)).toBe(true)
    expect(log).toEqual([])
  })
})

describe("Effect.callback", () => {
  const waitThen = (log: Array<string>) => {
    let resume = (_: Effect.Effect<string>): void => {}
    const wait = Effect.callback<string>((go) => {
      resume = go
      return Effect.sync(() => void log.push("cleanup"))
    })
    const fiber = Effect.runFork(Effect.map(wait, (value) => void log.push(`got ${value}`)))
    return { fiber, resume: (effect: Effect.Effect<string>) => resume(effect) }
  }

  it("runs its cleanup when the fiber is interrupted before it was resumed", () => {
    const log: Array<string> = []
    const { fiber } = waitThen(log)
    fiber.interruptUnsafe()
    expect(log).toEqual(["cleanup"])
  })

  it("calls the continuation in the step in which it is resumed with a value, and no cleanup", () => {
    const log: Array<string> = []
    const { fiber, resume } = waitThen(log)
    resume(Effect.succeed("a"))
    expect(log).toEqual(["got a"])
    fiber.interruptUnsafe()
    expect(log).toEqual(["got a"])
  })

  it("runs its cleanup when the fiber is interrupted by the operation it is resumed with", () => {
    const log: Array<string> = []
    const { fiber, resume } = waitThen(log)
    resume(
      Effect.suspend(() => {
        fiber.interruptUnsafe()
        return Effect.sync(() => "a")
      })
    )
    expect(log).toEqual(["cleanup"])
  })

  it("runs its cleanup masked, and the fiber ends after it", () => {
    const log: Array<string> = []
    let release = (): void => {}
    const cleanup = Effect.callback<void>((go) => {
      release = () => go(Effect.sync(() => void log.push("released")))
    })
    const fiber = Effect.runFork(Effect.callback<void>(() => cleanup))
    fiber.interruptUnsafe()
    fiber.interruptUnsafe()
    expect(fiber.pollUnsafe()).toBe(undefined)
    release()
    expect(log).toEqual(["released"])
    expect(Exit.hasInterrupts(fiber.pollUnsafe()!)).toBe(true)
  })

  it("ignores every resumption but the first", () => {
    const log: Array<string> = []
    const { resume } = waitThen(log)
    resume(Effect.succeed("a"))
    resume(Effect.succeed("b"))
    expect(log).toEqual(["got a"])
  })
})

describe("masks", () => {
  const probe = Effect.uninterruptibleMask((restore) =>
    Effect.sync(() => {
      const effect = Effect.succeed(1)
      return restore(effect) === effect
    })
  )

  it.effect("`restore` is the identity where interruption is masked already, and only there", () =>
    Effect.gen(function* () {
      expect(yield* probe).toBe(false)
      expect(yield* Effect.uninterruptible(probe)).toBe(true)
      expect(yield* Effect.uninterruptible(Effect.interruptible(probe))).toBe(false)
      let inRelease: boolean | undefined
      yield* Effect.scoped(Effect.addFinalizer(() => Effect.map(probe, (masked) => (inRelease = masked))))
      expect(inRelease).toBe(true)
    })
  )
})

describe("withFiberSucceed", () => {
  it("is one step with its continuation: no other fiber runs in between", () => {
    // The run loop asks before every operation whether it is to give way; it is not asked within one.
    class Counting extends Scheduler.MixedScheduler {
      asked = 0
      override shouldYield(): boolean {
        this.asked++
        return false
      }
    }
    const scheduler = new Counting()
    let askedAtTake = -1
    let askedAtContinuation = -1
    const taken = Effect.withFiberSucceed(() => {
      askedAtTake = scheduler.asked
      return 1
    })
    const program = Effect.map(taken, () => {
      askedAtContinuation = scheduler.asked
    })
    Effect.runFork(program, { scheduler })
    expect(askedAtTake).toBeGreaterThan(0)
    expect(askedAtContinuation).toBe(askedAtTake)
  })

  it("turns what it throws into a defect of that operation", () => {
    const thrown = new Error("thrown")
    const exit = Effect.runSyncExit(
      Effect.withFiberSucceed(() => {
        throw thrown
      })
    )
    expect(exit).toEqual(Exit.die(thrown))
  })
})

describe("the defaults", () => {
  it.live("are the clock and the scheduler that an empty context gives", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fiber
      expect(fiber.getRef(Clock.Clock)).toBe(Context.get(Context.empty(), Clock.Clock))
      expect(fiber.getRef(Scheduler.Scheduler)).toBe(Context.get(Context.empty(), Scheduler.Scheduler))
    })
  )

  it("are another scheduler under runSync, one that says so", () => {
    const scheduler = Effect.runSync(Effect.withFiber((fiber) => Effect.succeed(fiber.getRef(Scheduler.Scheduler))))
    expect(scheduler).not.toBe(Context.get(Context.empty(), Scheduler.Scheduler))
    expect(scheduler.executionMode).toBe("sync")
  })
})

describe("causes", () => {
  it.effect.each<[string, (self: Effect.Effect<never, string>) => Effect.Effect<never, unknown>]>([
    ["mapError", Effect.mapError((error) => `${error}!`)],
    ["ensuring", Effect.ensuring(Effect.void)],
    [
      "scoped",
      (self) =>
        Effect.scoped(
          Effect.andThen(
            Effect.addFinalizer(() => Effect.void),
            self
          )
        )
    ],
    ["tapError", Effect.tapError(() => Effect.void)],
    ["onExit", Effect.onExit(() => Effect.void)],
    ["catchCause that fails again", Effect.catchCause((cause) => Effect.failCause(cause))],
    ["withSpan", Effect.withSpan("span")],
    ["uninterruptible", Effect.uninterruptible]
  ])("annotations of a Fail survive %s", ([_, through]) =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(through(Effect.failCause(noted("e"))))
      expect(notesIn(causeOf(exit))).toEqual(["kept"])
    })
  )

  it("annotating a reason leaves the reason it was made from as it is", () => {
    const [reason] = Cause.fail("shared").reasons
    expect(reason!.annotate(note)).not.toBe(reason)
    expect(Context.getOrUndefined(Cause.reasonAnnotations(reason!), Note)).toBe(undefined)
  })

  it("fromReasons keeps equal reasons apart", () => {
    const die = () => Cause.makeDieReason("z")
    const fail = () => Cause.makeFailReason("e")
    expect(Cause.fromReasons([die(), die(), fail(), fail()]).reasons).toHaveLength(4)
  })

  it.effect("a Die beside a Fail hides the Fail from catch: that is why the two never leave together", () =>
    Effect.gen(function* () {
      const mixed = Effect.failCause(Cause.fromReasons([Cause.makeFailReason("e"), Cause.makeDieReason("d")]))
      const exit = yield* Effect.exit(Effect.catch(mixed, () => Effect.succeed("caught")))
      expect(causeOf(exit).reasons.map((reason) => reason._tag)).toEqual(["Die", "Die"])
    })
  )
})
