import { expect, it } from "@effect/vitest"
import { Cause, Context, Effect, Exit } from "effect"
import { type BodyA, type BodyE, type BodyR, runBody } from "../src/index.ts"

class Db extends Context.Service<Db, string>()("test/Db") {}

it.effect("a body is an effect or a generator, and either gets the arguments", () =>
  Effect.gen(function* () {
    const effect = yield* runBody((a: number, b: number) => Effect.succeed(a + b), 1, 2)
    const generator = yield* runBody(
      function* (a: number, b: number) {
        return (yield* Effect.succeed(a)) + b
      },
      1,
      2
    )
    expect([effect, generator]).toEqual([3, 3])
  })
)

it.effect("a body is called anew each time the effect runs", () =>
  Effect.gen(function* () {
    let calls = 0
    const effect = runBody(function* () {
      return yield* Effect.sync(() => ++calls)
    })
    expect(calls).toBe(0)
    expect([yield* effect, yield* effect]).toEqual([1, 2])
  })
)

it.effect("a body that throws is a defect, in a generator too", () =>
  Effect.gen(function* () {
    const boom = new Error("boom")
    const thrower = (): Effect.Effect<void> => {
      throw boom
    }
    expect(yield* Effect.exit(runBody(thrower))).toEqual(Exit.die(boom))
    const inGenerator = runBody(function* () {
      yield* Effect.void
      throw boom
    })
    expect(yield* Effect.exit(inGenerator)).toEqual(Exit.die(boom))
  })
)

it.effect("a body that gives neither an effect nor a generator is a defect that says what it gave", () =>
  Effect.gen(function* () {
    // Sound: what JavaScript may pass.
    const untyped = (body: () => unknown) => Effect.exit(runBody(body as () => Effect.Effect<void>))
    const told = (exit: Exit.Exit<unknown>) => Exit.isFailure(exit) && String(Cause.squash(exit.cause))
    const crawl = () => {}
    expect(told(yield* untyped(crawl))).toBe(
      'TypeError: the body "crawl" gave undefined, which is neither an effect nor a generator: return an effect, or write `function*`.'
    )
    expect(told(yield* untyped(() => null))).toContain("a body gave null, which")
    expect(told(yield* untyped(() => 1))).toContain("a body gave number, which")
    expect(told(yield* untyped(async () => 1))).toContain("a body gave a promise, which")
  })
)

it("the types of a body are read off what it gives", () => {
  type G = Generator<Effect.Effect<1, "e", Db> | Effect.Effect<2, "f">, "a", never>
  const types: [BodyA<G>, BodyE<G>] extends ["a", "e" | "f"] ? true : false = true
  const services: [BodyR<G>] extends [Db] ? ([Db] extends [BodyR<G>] ? true : false) : false = true
  const effects: [BodyA<Effect.Effect<1, 2, 3>>, BodyE<Effect.Effect<1, 2, 3>>, BodyR<Effect.Effect<1, 2, 3>>] = [
    1, 2, 3
  ]
  expect([types, services, effects]).toEqual([true, true, [1, 2, 3]])
})
