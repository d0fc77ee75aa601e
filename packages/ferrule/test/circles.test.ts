import { expect, it } from "@effect/vitest"
import { Deadlock, explore, replay, VirtualClock } from "@ferrule/testing"
import { Cause, Effect } from "effect"
import { describe } from "vitest"
import { CancelScope, Channel, Limit, Sync, TaskGroup } from "../src/index.ts"

const circleOf = (stuck: Deadlock) => stuck.message.split("\n")[0]!.split("circle: ")[1]

const stuckIn = <A, E>(program: Effect.Effect<A, E>) =>
  Effect.map(Effect.flip(VirtualClock.run(program)), (error) => {
    expect(error).toBeInstanceOf(Deadlock)
    return circleOf(error as Deadlock)
  })

const upTo = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, i) => i)

/** Two locks that two tasks take in opposite order. */
const opposite = TaskGroup.run("bank", function* (group) {
  const [ann, bob] = [yield* Sync.namedMutex("ann"), yield* Sync.namedMutex("bob")]
  const transfer = (from: Sync.Mutex, to: Sync.Mutex) => Effect.void.pipe(to, Effect.andThen(Effect.void), from)
  yield* group.spawn(transfer(ann, bob), "rent")
  yield* group.spawn(transfer(bob, ann), "refund")
})

/** As `opposite`, with time to do it on every schedule. */
const oppositeSlowly = TaskGroup.run("bank", function* (group) {
  const [ann, bob] = [yield* Sync.namedMutex("ann"), yield* Sync.namedMutex("bob")]
  const transfer = (from: Sync.Mutex, to: Sync.Mutex) => Effect.sleep(1).pipe(to, Effect.delay(1), from)
  yield* group.spawn(transfer(ann, bob), "rent")
  yield* group.spawn(transfer(bob, ann), "refund")
})

describe("a deadlock report shows the circle", () => {
  it.live("of two locks that are taken in opposite order, with who holds them [S-250]", () =>
    Effect.gen(function* () {
      expect(yield* stuckIn(oppositeSlowly)).toBe(
        '"rent" waits for mutex "bob", held by "refund"; "refund" waits for mutex "ann", held by "rent".'
      )
    })
  )

  it.live("of philosophers, without the ones who only wait [S-250]", () =>
    Effect.gen(function* () {
      const dinner = TaskGroup.run("table", function* (group) {
        const forks = yield* Effect.forEach(upTo(3), (i) => Sync.namedMutex(`fork ${i}`))
        for (const i of upTo(3)) {
          yield* group.spawn(Effect.sleep(9).pipe(forks[(i + 1) % 3]!, Effect.delay(1), forks[i]!), `philosopher ${i}`)
        }
        yield* group.spawn(Effect.void.pipe(forks[0]!, Effect.delay(5)), "guest")
      })
      expect(yield* stuckIn(dinner)).toBe(
        [0, 1, 2]
          .map((i) => `"philosopher ${i}" waits for mutex "fork ${(i + 1) % 3}", held by "philosopher ${(i + 1) % 3}"`)
          .join("; ") + "."
      )
    })
  )

  it.live("through permits, unnamed ones and those of a limit, too [S-250]", () =>
    Effect.gen(function* () {
      const program = TaskGroup.run("main", function* (group) {
        const two = yield* Sync.semaphore(2)
        const one = yield* Limit.concurrent(1, { name: "disk" })
        yield* group.spawn(Effect.delay(one(Effect.void), 1).pipe(two.withPermits(1)), "a")
        yield* group.spawn(Effect.delay(two.withPermits(2)(Effect.void), 1).pipe(one), "b")
      })
      expect(yield* stuckIn(program)).toBe(
        '"a" waits for limit "disk", held by "b"; "b" waits for a permit of a semaphore, held by "a".'
      )
    })
  )

  it.live("through places that are set aside in a channel [S-250]", () =>
    Effect.gen(function* () {
      const program = TaskGroup.run("main", function* (group) {
        const jobs = yield* Channel.make<number>({ name: "jobs", capacity: 1 })
        const twice = Effect.andThen(jobs.sender.reserve, Effect.delay(jobs.sender.reserve, 1))
        yield* group.spawn(Effect.scoped(twice), "greedy")
      })
      expect(yield* stuckIn(program)).toBe('"greedy" waits for room in "jobs", held by "greedy".')
    })
  )

  it.live("through scopes: what is held or waited for in one is its task's [S-251]", () =>
    Effect.gen(function* () {
      const program = TaskGroup.run("main", function* (group) {
        const [left, right] = [yield* Sync.namedMutex("left"), yield* Sync.namedMutex("right")]
        const waitsInScope = CancelScope.run("waits", () => Effect.delay(right(Effect.void), 1))
        yield* group.spawn(left(waitsInScope), "a")
        const holdsInScope = CancelScope.run("holds", () => right(Effect.delay(left(Effect.void), 1)))
        yield* group.spawn(holdsInScope, "b")
      })
      expect(yield* stuckIn(program)).toBe(
        '"a" waits for mutex "right", held by "b"; "b" waits for mutex "left", held by "a".'
      )
    })
  )

  it.live("through a group whose tasks need what is held around it [S-251]", () =>
    Effect.gen(function* () {
      const program = TaskGroup.run("main", function* (group) {
        const mutex = yield* Sync.namedMutex("cache")
        const inner = TaskGroup.run("inner", (inner) => inner.spawn(mutex(Effect.void), "loader"))
        yield* group.spawn(mutex(inner), "owner")
        const each = TaskGroup.forEach([1, 2], () => mutex(Effect.void), { limit: 1 })
        yield* group.spawn(Effect.delay(each, 1), "other")
      })
      expect(yield* stuckIn(program)).toBe(
        '"owner" waits for its tasks; "loader" waits for mutex "cache", held by "owner".'
      )
    })
  )

  it.live("of fibers that belong to no task by their numbers, and takes none for the task around it [S-251]", () =>
    Effect.gen(function* () {
      const free = Effect.gen(function* () {
        const [left, right] = [yield* Sync.namedMutex("left"), yield* Sync.namedMutex("right")]
        const both = [left(Effect.delay(right(Effect.void), 1)), right(Effect.delay(left(Effect.void), 1))]
        yield* Effect.all(both, { concurrency: 2 })
      })
      const shape =
        /^fiber (\d+) waits for mutex "right", held by fiber (\d+); fiber \2 waits for mutex "left", held by fiber \1\.$/
      expect(yield* stuckIn(free)).toMatch(shape)
      expect(yield* stuckIn(TaskGroup.run("main", () => free))).toMatch(shape)
      // The body holds it, and waits for something else.
      const innocent = TaskGroup.run("main", function* () {
        const mutex = yield* Sync.mutex
        yield* mutex(Effect.andThen(Effect.forkChild(mutex(Effect.void)), Effect.never))
      })
      expect(yield* stuckIn(innocent)).toBe(undefined)
    })
  )

  it.live("of a task that was asked for its set-up, and of one that gives back in cleanup [S-251]", () =>
    Effect.gen(function* () {
      const asks = TaskGroup.run("main", function* (group) {
        const mutex = yield* Sync.mutex
        const setup = mutex(Effect.succeed(TaskGroup.ready("up", Effect.void)))
        yield* group.spawn(mutex(group.start(setup, "server")), "client")
      })
      expect(yield* stuckIn(asks)).toBe(
        '"client" waits for the set-up of task "server"; "server" waits for a mutex, held by "client".'
      )
    })
  )

  it.live("and none where a lock was given back [S-250]", () =>
    Effect.gen(function* () {
      const program = TaskGroup.run("main", function* (group) {
        const mutex = yield* Sync.mutex
        yield* mutex(Effect.void)
        const done = yield* Sync.event
        yield* group.spawn(mutex(done.wait), "holder")
        yield* group.spawn(Effect.delay(mutex(done.set), 1), "other")
      })
      expect(yield* stuckIn(program)).toBe(undefined)
    })
  )
})

it.live("explore reports the circle of the schedule that it found, and so does its replay [S-252]", () =>
  Effect.gen(function* () {
    const found = yield* Effect.flip(explore(opposite, { strategy: "depthFirst" }))
    if (found._tag !== "FailingSchedule") return expect.fail(found._tag)
    const circle = '"rent" waits for mutex "bob", held by "refund"; "refund" waits for mutex "ann", held by "rent".'
    const stuck = Cause.squash(found.failure) as Deadlock
    expect(circleOf(stuck)).toBe(circle)
    expect(stuck.waiting.map(({ on }) => on)).toContain('mutex "ann"')
    const again = yield* Effect.flip(replay(opposite, found.token))
    expect(circleOf(again as Deadlock)).toBe(circle)
  })
)
