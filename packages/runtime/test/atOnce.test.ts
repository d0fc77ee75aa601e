import { Effect, Exit, Fiber, Scheduler } from "effect"
import { expect, it } from "vitest"
import { goesOnAtOnce, resumesAtOnce } from "../src/atOnce.ts"

/** Whether an operation after `n` others, in a fiber that gives way after `most`, says so; and whether it was so. */
const goesOn = (n: number, most: number) =>
  Effect.gen(function* () {
    let turns = 0
    const other = yield* Effect.forkChild(
      Effect.forever(
        Effect.andThen(
          Effect.sync(() => turns++),
          Effect.yieldNow
        )
      )
    )
    yield* Effect.yieldNow
    for (let i = 0; i < n; i++) yield* Effect.sync(() => i)
    const { said, before } = yield* Effect.withFiber((fiber) =>
      Exit.succeed({ said: goesOnAtOnce(fiber), before: turns })
    )
    const after = turns
    yield* Fiber.interrupt(other)
    return { said, was: before === after }
  }).pipe(Effect.provideService(Scheduler.MaxOpsBeforeYield, most))

it("what says that it goes on at once does, wherever the scheduler lets the fiber give way [S-200]", async () => {
  const all = []
  for (let n = 0; n < 120; n++) all.push(await Effect.runPromise(goesOn(n, 41)))
  expect(all.filter(({ said, was }) => said && !was)).toEqual([])
  expect(all.filter(({ said }) => said).length).toBeGreaterThan(100)
  // The fiber does give way there: a test in which it never did would show nothing.
  expect(all.some(({ was }) => !was)).toBe(true)
})

it("under another scheduler nothing says that it goes on at once [S-200]", async () => {
  const own = new Scheduler.MixedScheduler()
  const says = Effect.withFiber((fiber) => Effect.succeed([goesOnAtOnce(fiber), resumesAtOnce(fiber)]))
  expect(await Effect.runPromise(says, { scheduler: own })).toEqual([false, false])
  expect(await Effect.runPromise(says)).toEqual([true, true])
})

/** Whether a waiting fiber says that it is resumed at once, and whether its continuation ran before `resume` returned. */
const resumes = async (most: number) => {
  let resume = (_: Effect.Effect<number>): void => {}
  let got = 0
  const waiting = Effect.callback<number>((go) => {
    resume = go
    return Effect.void
  }).pipe(Effect.map((n) => (got = n)))
  const fiber = Effect.runFork(waiting.pipe(Effect.provideService(Scheduler.MaxOpsBeforeYield, most)))
  const said = resumesAtOnce(fiber)
  resume(Exit.succeed(1))
  const was = got === 1
  await Effect.runPromise(Fiber.join(fiber))
  return { said, was }
}

it("a waiting fiber that says so goes on before whoever resumes it does [S-200]", async () => {
  for (const most of [16, 17, 18, 2048]) {
    const { said, was } = await resumes(most)
    expect({ most, said, was }).toEqual({ most, said: true, was: true })
  }
})

it("a fiber that may give way before the cleanup of its wait does not say so [S-200]", async () => {
  const all = []
  for (let most = 3; most < 20; most++) {
    let waits = false
    let cleaned = false
    const waiting = Effect.callback<never>(() => {
      waits = true
      return Effect.sync(() => (cleaned = true))
    })
    const fiber = Effect.runFork(waiting.pipe(Effect.provideService(Scheduler.MaxOpsBeforeYield, most)))
    while (!waits) await new Promise((resolve) => setImmediate(resolve))
    const said = resumesAtOnce(fiber)
    fiber.interruptUnsafe()
    all.push({ said, was: cleaned })
    await Effect.runPromise(Fiber.await(fiber))
  }
  expect(all.filter(({ said, was }) => said && !was)).toEqual([])
  expect(all.some(({ was }) => !was)).toBe(true)
})
