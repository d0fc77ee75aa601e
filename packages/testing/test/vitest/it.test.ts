import { Clock, Deferred, Effect, Random } from "effect"
import { describe, expect } from "vitest"
import { explore } from "../../src/index.ts"
import { it } from "../../src/vitest.ts"

describe("it.effect", () => {
  it.effect("runs on virtual time [S-260]", () =>
    Effect.gen(function* () {
      yield* Effect.sleep("3650 days")
      expect(yield* Clock.currentTimeMillis).toBe(3650 * 86_400_000)
    })
  )

  const released: Array<string> = []

  it.effect("has a resource scope of its own … [S-260]", () =>
    Effect.acquireRelease(Effect.void, () => Effect.sync(() => released.push("released")))
  )

  it("… which is closed when it has ended [S-260]", () => expect(released).toEqual(["released"]))

  const drawn: Array<number> = []
  const draw = Effect.map(Random.nextInt, (n) => drawn.push(n))

  it.effect("draws random numbers by its seed … [S-261]", () => draw, { seed: 1 })
  it.effect("… the same by the same … [S-261]", () => draw, { seed: 1, order: "seeded" })
  it.effect("… others by another … [S-261]", () => draw, { seed: 2 })
  it.effect("… and others without one … [S-261]", () => draw)
  it.effect("… each time [S-261]", () => draw)

  it("… as can be seen [S-261]", () => {
    expect(drawn).toHaveLength(5)
    expect(drawn[1]).toBe(drawn[0])
    expect(new Set(drawn).size).toBe(4)
  })

  const race = (into: Array<string>) =>
    Effect.forEach("abcdefgh", (name) => Effect.map(Effect.yieldNow, () => into.push(name)), {
      concurrency: "unbounded"
    })
  const orders = { arrival: [] as Array<string>, seeded: [] as Array<string>, again: [] as Array<string> }

  it.effect("serves those that are ready as they came … [S-261]", () => race(orders.arrival), { seed: 3 })
  it.effect("… or by the seed … [S-261]", () => race(orders.seeded), { seed: 3, order: "seeded" })
  it.effect("… the same one, the same order [S-261]", () => race(orders.again), { seed: 3, order: "seeded" })

  it("… as can be seen, too [S-261]", () => {
    expect(orders.arrival.join("")).toBe("abcdefgh")
    expect(orders.seeded).not.toEqual(orders.arrival)
    expect(orders.again).toEqual(orders.seeded)
  })

  const given: Array<number> = []

  it.effect.each([1, 2, 3])("%i is one of the cases", (n, { task }) =>
    Effect.sync(() => {
      expect(task.name).toBe(`${n} is one of the cases`)
      given.push(n)
    })
  )

  it("each case is a test", () => expect(given).toEqual([1, 2, 3]))

  it.effect("whose timeout is 0 has no limit [S-339]", () => Effect.sleep("1 hour"), { timeout: 0 })

  const mustNotRun = () => Effect.die("it was run")

  it.effect.fails("that must fail passes when it does", mustNotRun)

  it.effect.fails("that leaves a fiber fails [S-262]", () => Effect.forkDetach(Effect.never))
  it.effect("that may leave fibers does not [S-263]", () => Effect.forkDetach(Effect.never), { mayLeave: ["fibers"] })
})

describe("it.live", () => {
  it.live("runs on the real clock [S-260]", () =>
    Effect.gen(function* () {
      const before = performance.now()
      yield* Effect.sleep(5)
      expect(performance.now() - before).toBeGreaterThan(3)
    })
  )

  it.live("that forks a child does not leave it: the child ends with the test [S-338]", () =>
    Effect.forkChild(Effect.never, { startImmediately: true })
  )

  it.live.fails("that leaves a timer fails [S-262]", () => Effect.sync(() => setTimeout(() => {}, 300)))

  it.live("that may leave timers does not [S-263]", () => Effect.sync(() => setTimeout(() => {}, 1).unref()), {
    mayLeave: ["timers"]
  })
})

let runs = 0

const counting = () => {
  runs++
  let count = 0
  const add = Effect.gen(function* () {
    const before = yield* Effect.sync(() => count)
    yield* Effect.sync(() => void (count = before + 1))
  })
  return Effect.andThen(
    Effect.all([add, add], { concurrency: 2 }),
    Effect.sync(() => expect(count).toBe(2))
  )
}

const counted = () => {
  let count = 0
  const add = Effect.sync(() => count++)
  return Effect.andThen(
    Effect.all([add, add], { concurrency: 2 }),
    Effect.sync(() => expect(count).toBe(2))
  )
}

const found = await Effect.runPromise(Effect.flip(explore(counting)))
const token = found._tag === "FailingSchedule" ? found.token : "none was found"

describe("it.explore", () => {
  it.explore("holds under every schedule [S-260]", counted, { strategy: "depthFirst" })
  it.explore(
    "lets a program log: what the console of the runner puts off is none of its own [S-337]",
    () => Effect.andThen(Effect.log("logged"), Effect.yieldNow),
    { runs: 2 }
  )
  it.explore("fails under one in which the program does [S-260]", counting, { fails: true })

  it("has run many by then", () => {
    expect(runs).toBeGreaterThan(5)
    runs = 0
  })

  it.explore("runs the schedule of a token … [S-260]", counting, { replay: token, fails: true })
  it("… and no other [S-260]", () => expect(runs).toBe(1))
})

describe("it.cancelEverywhere", () => {
  it.cancelEverywhere(
    "holds wherever it is cancelled [S-260]",
    (done: Deferred.Deferred<void>) => Deferred.succeed(done, undefined),
    (done, exit) => Effect.map(Deferred.isDone(done), (isDone) => isDone || exit._tag === "Failure"),
    { setUp: Deferred.make<void>() }
  )
})
