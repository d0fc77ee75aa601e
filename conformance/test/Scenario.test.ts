import { Effect } from "effect"
import { expect, it } from "vitest"
import { inAnyOrder, onRealClock, runScenario, scenario } from "../src/harness/Scenario.ts"

it("a scenario whose assertions hold passes, and they are counted", async () => {
  const verdict = await runScenario(
    scenario("XX-01", "two assertions hold", function* (t) {
      yield* t.at(10)
      t.isAt(10)
      t.equal({ a: [1] }, { a: [1] })
    })
  )
  expect(verdict).toEqual({ id: "XX-01", passed: true, reasons: [], assertions: 2 })
})

it("a scenario that asserts nothing fails", async () => {
  const verdict = await runScenario(
    scenario("XX-01", "nothing is asserted", function* () {
      yield* Effect.void
    })
  )
  expect(verdict).toMatchObject({ passed: false, reasons: ["nothing was asserted"] })
})

it("an assertion that does not hold fails its scenario, though a handler swallows it", async () => {
  const verdict = await runScenario(
    scenario("XX-01", "a handler swallows", function* (t) {
      yield* Effect.ignoreCause(Effect.sync(() => t.equal(1, 2, "one")))
      t.equal(1, 1)
    })
  )
  expect(verdict).toMatchObject({ passed: false, reasons: ["one: expected 2, got 1"] })
})

it("a scenario that dies, deadlocks or leaks fails and says so", async () => {
  const dying = scenario("XX-01", "it dies", function* (t) {
    t.equal(1, 1)
    yield* Effect.die(new Error("oh no"))
  })
  expect((await runScenario(dying)).reasons).toEqual([expect.stringContaining("oh no")])
  const waiting = scenario("XX-01", "it waits for ever", function* (t) {
    t.equal(1, 1)
    yield* Effect.never
  })
  expect((await runScenario(waiting)).reasons).toEqual([expect.stringMatching(/^deadlock at 0/)])
  const leaking = scenario("XX-01", "it leaks", function* (t) {
    t.equal(1, 1)
    yield* Effect.forkDetach(Effect.sleep(5), { startImmediately: true })
  })
  expect((await runScenario(leaking)).reasons).toEqual([
    expect.stringMatching(/^left behind by a program that has ended: 1 fiber and 1 timer/)
  ])
})

it("a scenario on the real clock fails when it leaves a fiber running", async () => {
  const verdict = await runScenario(
    onRealClock("XX-01", "it leaks", function* (t) {
      t.equal(1, 1)
      yield* Effect.forkDetach(Effect.sleep(5), { startImmediately: true })
    })
  )
  expect(verdict.reasons).toEqual([expect.stringContaining("left behind by a program that has ended: 1 fiber")])
})

it("a scenario in any order runs with a hundred seeds, and fails when they show too few orders", async () => {
  const one = await runScenario(
    inAnyOrder("XX-01", "one task", function* (t) {
      yield* Effect.yieldNow
      t.equal(1, 1)
    })
  )
  expect(one).toMatchObject({ passed: false, assertions: 100 })
  expect(one.reasons).toEqual(["only 1 distinct orders were seen, 50 are wanted"])
  const many = await runScenario(
    inAnyOrder("XX-01", "eight tasks", function* (t) {
      yield* Effect.all(
        Array.from({ length: 8 }, () => Effect.yieldNow),
        { concurrency: "unbounded" }
      )
      t.equal(1, 1)
    })
  )
  expect(many).toEqual({ id: "XX-01", passed: true, reasons: [], assertions: 100 })
})

it("a scenario in any order fails when one seed does, and names the seed", async () => {
  const verdict = await runScenario(
    inAnyOrder("XX-01", "first come, first served", function* (t) {
      const log: Array<number> = []
      yield* Effect.forEach(
        [1, 2],
        (i) =>
          Effect.andThen(
            Effect.yieldNow,
            Effect.sync(() => void log.push(i))
          ),
        { concurrency: "unbounded" }
      )
      t.equal(log, [1, 2], "order")
    })
  )
  expect(verdict.passed).toBe(false)
  expect(verdict.reasons[0]).toMatch(/^seed \d+: order: expected \[ 1, 2 \], got \[ 2, 1 \]/)
})
