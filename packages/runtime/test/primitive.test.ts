import { Context, Effect, Exit, Fiber, Scheduler, Tracer } from "effect"
import { expect, it } from "vitest"
import { primitive } from "../src/index.ts"

/** Adds one to a count, and tells by which of the two ways. */
const counting = () => {
  const count = { inPlace: 0, byRunLoop: 0 }
  const add = primitive(
    (_, by: number): Effect.Effect<number> => Exit.succeed((count.byRunLoop += by)),
    (step, _, by) => step.succeed((count.inPlace += by))
  )
  return { count, add: add(1, undefined, undefined) }
}

it("in a generator an operation that needs not wait takes no step of its fiber [S-340]", async () => {
  const { add, count } = counting()
  const program = Effect.gen(function* () {
    const fiber = yield* Effect.fiber
    const before = fiber.currentOpCount
    const given = [yield* add, yield* add]
    return { given, steps: fiber.currentOpCount - before }
  })
  expect(await Effect.runPromise(program)).toEqual({ given: [1, 2], steps: 0 })
  expect(count).toEqual({ inPlace: 2, byRunLoop: 0 })
})

it("outside of a generator it is a step of the fiber [S-340]", async () => {
  const { add, count } = counting()
  await Effect.runPromise(Effect.flatMap(add, () => add))
  expect(count).toEqual({ inPlace: 0, byRunLoop: 2 })
})

it("whoever brings a scheduler or a tracer sees every operation [S-340]", async () => {
  const own = counting()
  const twice = Effect.gen(function* () {
    yield* own.add
    return yield* own.add
  })
  await Effect.runPromise(twice, { scheduler: new Scheduler.MixedScheduler() })
  Effect.runSync(twice)
  expect(own.count).toEqual({ inPlace: 0, byRunLoop: 4 })

  const seen: Array<unknown> = []
  const tracer = Tracer.make({
    span: () => {
      throw new Error("no span is made here")
    },
    context: (primitive, fiber) => {
      seen.push(primitive)
      return primitive["~effect/Effect/evaluate"](fiber)
    }
  })
  await Effect.runPromiseWith(Context.make(Tracer.Tracer, tracer))(twice)
  expect(own.count).toEqual({ inPlace: 0, byRunLoop: 6 })
  expect(seen.filter((primitive) => primitive === own.add)).toHaveLength(2)
})

it("a generator that is driven by hand is given the effect, and nothing was done [S-340]", () => {
  const { add, count } = counting()
  expect(add[Symbol.iterator]().next()).toMatchObject({ done: false, value: add })
  expect(count).toEqual({ inPlace: 0, byRunLoop: 0 })
})

it("one that cannot be done yet waits as it says, and the same effect can be run again [S-340]", async () => {
  let ready = false
  let attempts = 0
  const wait = Effect.as(Effect.yieldNow, "waited")
  const later = primitive(
    (): Effect.Effect<string> => Exit.succeed("by the run loop"),
    (step) => {
      attempts++
      return ready ? step.succeed("in place") : step.wait(wait)
    }
  )(undefined, undefined, undefined)
  const program = Effect.gen(function* () {
    const first = yield* later
    ready = true
    return [first, yield* later]
  })
  // Two at once: neither sees how far the other is.
  const one = Effect.runPromise(program)
  expect(attempts).toBe(1)
  expect(await one).toEqual(["waited", "in place"])
  ready = false
  const fibers = [Effect.runFork(program), Effect.runFork(program)]
  const given = await Effect.runPromise(Effect.forEach(fibers, Fiber.join))
  expect(given.map(([first]) => first)).toEqual(["waited", "waited"])
})

/** The most that a fiber does before another goes on. */
const longest = (add: Effect.Effect<unknown>, most: number) =>
  Effect.gen(function* () {
    let turns = 0
    const turn = Effect.andThen(
      Effect.sync(() => turns++),
      Effect.yieldNow
    )
    yield* Effect.forkChild(Effect.forever(turn))
    const gaps: Array<number> = []
    let last = 0
    for (let i = 0; i < 50_000; i++) {
      const before = turns
      yield* add
      if (turns === before) continue
      gaps.push(i - last)
      last = i
    }
    return Math.max(...gaps)
  }).pipe(Effect.provideService(Scheduler.MaxOpsBeforeYield, most), Effect.runPromise)

it.each([64, 2048])(
  "a fiber that does nothing else gives way after twice as many at most, of %i [S-340]",
  async (most) => {
    const { add, count } = counting()
    const inPlace = await longest(add, most)
    expect(count.inPlace).toBeGreaterThan(20_000)
    const byRunLoop = await longest(
      Effect.suspend(() => Effect.void),
      most
    )
    expect(inPlace).toBeLessThanOrEqual(2 * byRunLoop)
  }
)

it("a fiber that was interrupted by its own code does few of them more [S-340]", async () => {
  const { add, count } = counting()
  const program = Effect.gen(function* () {
    const fiber = yield* Effect.fiber
    fiber.interruptUnsafe()
    while (true) yield* add
  })
  const exit = await Effect.runPromiseExit(program)
  expect(Exit.hasInterrupts(exit)).toBe(true)
  expect(count.byRunLoop).toBe(0)
  expect(count.inPlace).toBeLessThan(16)
})
