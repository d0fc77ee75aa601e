import { Effect, Option } from "effect"
import { CancelScope, Channel, Runtime, Sync, TaskGroup } from "ferrule"
import { expect, it } from "vitest"
import { leftOut, listedIds, programs, smallForms } from "../src/cancelled/programs.ts"
import { runCancelled } from "../src/cancelled/runCancelled.ts"
import type { Trial } from "../src/harness/Trial.ts"

it("every scenario that is listed is run, or left out with a reason", () => {
  const ids = programs.map(({ id }) => id)
  expect(listedIds).toHaveLength(84)
  expect(listedIds.filter((id) => !ids.includes(id) && (leftOut[id] ?? "") === "")).toEqual([])
  expect(Object.keys(leftOut).filter((id) => ids.includes(id) || !listedIds.includes(id))).toEqual([])
  expect(Object.keys(smallForms).filter((id) => !ids.includes(id))).toEqual([])
  expect(new Set(ids).size).toBe(ids.length)
})

it("every whole program that is to be chopped is run", () => {
  const numbers = programs.flatMap(({ id }) => /^\d+(?= )/.exec(id) ?? [])
  // Sieve, philosophers, happy eyeballs, pipeline, token ring.
  expect([...new Set(numbers)].toSorted()).toEqual(["1", "2", "3", "4", "7"])
})

const failureOf = async (program: (trial: Trial) => Effect.Effect<unknown, unknown>) =>
  (await Effect.runPromise(runCancelled({ id: "XX-01", program }))).failure

const asserted = (trial: Trial) => Effect.sync(() => trial.equal(1, 1))

it("a program that is as it should be has no failure, and says how often it was run", async () => {
  const verdict = await Effect.runPromise(
    runCancelled({
      id: "XX-01",
      program: (t) =>
        Effect.andThen(
          t.onCancel(Effect.sleep(5), () => Effect.sleep(5)),
          asserted(t)
        )
    })
  )
  expect(verdict).toMatchObject({ id: "XX-01", failure: undefined })
  expect(verdict.runs).toBe(verdict.points + 2)
  expect(verdict.steps).toBeGreaterThan(10)
})

it("an assertion that is violated is a failure, and one that a cancel has overtaken is none", async () => {
  expect(await failureOf((t) => Effect.sync(() => t.equal(1, 2)))).toContain("expected 2, got 1")
  expect(await failureOf(() => Effect.sleep(1))).toContain("nothing was asserted")
  const overtaken = (t: Trial) =>
    Effect.suspend(() => {
      let whole = false
      const done = Effect.sync(() => void (whole = true))
      const look = Effect.sync(() => t.check(whole, "it is whole"))
      return Effect.ensuring(Effect.andThen(Effect.sleep(5), done), look)
    })
  expect(await failureOf(overtaken)).toBe(undefined)
})

/** Takes an item in one step, and has it in a later one. */
const lossy = <A>({ receiver, sender }: Channel.Channel<A>): Channel.Channel<A> => {
  const receive = Effect.tap(receiver.receive, Effect.yieldNow)
  return {
    sender,
    receiver: new Proxy(receiver, { get: (it, key) => (key === "receive" ? receive : Reflect.get(it, key)) })
  }
}

/** Opens and closes a file, by the book. */
const file = (t: Trial) => ({
  open: Effect.sync(() => t.ledger.open("file", "a file")),
  close: Effect.sync(() => t.ledger.close("file", "a file"))
})

it.each<[string, string, (t: Trial) => Effect.Effect<unknown, unknown>]>([
  [
    "a fiber that is left",
    "left behind",
    () => Effect.onInterrupt(Effect.sleep(5), () => Effect.forkDetach(Effect.sleep(50), { startImmediately: true }))
  ],
  [
    "what is held and not given back",
    "a file was closed 0 times",
    (t) => Effect.andThen(file(t).open, Effect.andThen(Effect.sleep(5), file(t).close))
  ],
  [
    "what is given back twice",
    "a file was closed 2 times",
    (t) => {
      const { close, open } = file(t)
      const use = () => Effect.onInterrupt(Effect.sleep(5), () => close)
      return Effect.acquireUseRelease(open, use, () => close)
    }
  ],
  [
    "an item that is taken and lost",
    "1 received, and 0 had by somebody",
    (t) =>
      Effect.gen(function* () {
        const made = yield* Channel.make<number>({ capacity: 1 })
        const { receiver, sender } = t.books.watch(lossy(made))
        yield* sender.send(1)
        yield* receiver.receive
      })
  ],
  [
    "a failure that nobody is told of",
    "lost: [ 'Die', 'z' ]",
    () => {
      const jobs = TaskGroup.supervised("jobs", (group) =>
        group.spawn(Effect.onInterrupt(Effect.sleep(5), () => Effect.die("z")))
      )
      return Effect.provideService(jobs, Runtime.failureHook, () => Effect.void)
    }
  ],
  [
    "a cancel that is mistaken for something else",
    "ended with { ok: 'late' }, and when nobody cancels with { ok: 'in time' }",
    (t) => {
      const mistaken = Effect.map(Effect.sleep(5), () => (t.overtaken ? "late" : "in time"))
      return t.ended(Effect.uninterruptible(mistaken))
    }
  ],
  [
    "a permit that is not given back",
    "1 permit",
    (t) =>
      Effect.gen(function* () {
        const semaphore = yield* Sync.semaphore(1)
        t.permits(semaphore)
        const taken = yield* semaphore.tryAcquire()
        yield* Effect.sleep(5)
        if (Option.isSome(taken)) yield* taken.value.release
      })
  ]
])("%s is reported", async (_, failure, program) => {
  expect(await failureOf((t) => Effect.andThen(program(t), asserted(t)))).toContain(failure)
})

it("a program that hangs when it is cancelled is reported", async () => {
  const deaf = (t: Trial) =>
    Effect.gen(function* () {
      const scope = yield* CancelScope.make("deaf")
      const fiber = yield* t.start(CancelScope.enter(scope)(CancelScope.shield(Effect.never)))
      yield* Effect.sleep(5)
      fiber.interruptUnsafe()
      yield* asserted(t)
    })
  expect(await failureOf(deaf)).toContain("deadlock")
})
