/* oxlint-disable vitest/expect-expect -- they are there to leave something */
/** Tests that leave something, under vitest's own `it`: `failOnLeaks.test.ts` runs them, and looks at what fails. */
import { CancelScope, Channel, Sync, TaskGroup } from "ferrule"
import { Effect } from "effect"
import { createServer } from "node:net"
import { expect, it } from "vitest"
import { it as ownIt, mayLeave } from "../../../src/vitest.ts"

const started = <A, E>(program: Effect.Effect<A, E>) => Effect.runFork(program)

const turn = () => new Promise((resolve) => setImmediate(resolve))

const filled = Effect.gen(function* () {
  const { sender } = yield* Channel.make<number>({ name: "jobs", capacity: 2 })
  yield* sender.send(1)
})

it("a task", async () => {
  const program = TaskGroup.run("jobs", function* (group) {
    yield* group.spawn(Effect.never, "worker")
  })
  started(program)
  await turn()
})

it("a scope", () => void started(CancelScope.run("search", () => Effect.never)))

it("permits", () => {
  Effect.runSync(Effect.flatMap(Sync.semaphore(3, { name: "db" }), (db) => db.tryAcquire(2)))
})

it("a waiter", async () => {
  started(Effect.flatMap(Sync.event, (event) => event.wait))
  await turn()
})

it("items", () => Effect.runSync(filled))

it("a listener", async () => {
  const { signal } = new AbortController()
  started(CancelScope.run({ name: "request", signal }, () => Effect.never))
  await turn()
})

it("a timer", () => void setTimeout(() => {}, 60_000))

it("a handle", () => void createServer().listen(0))

it("nothing", async () => {
  const program = TaskGroup.run("jobs", function* (group) {
    const { receiver, sender } = yield* Channel.make<number>({ name: "jobs", capacity: 2 })
    yield* group.spawn(sender.send(1))
    const semaphore = yield* Sync.semaphore(1)
    return yield* semaphore.withPermits(1)(receiver.receive)
  })
  expect(await Effect.runPromise(program)).toBe(1)
})

it("what it may", () => {
  mayLeave(["items"], "the test of the test")
  Effect.runSync(filled)
})

ownIt.effect("what its options allow", () => filled, { mayLeave: ["items"] })

it("an assertion, and items", () => {
  Effect.runSync(filled)
  expect(1).toBe(2)
})

it("what another test may", () => Effect.runSync(filled))
