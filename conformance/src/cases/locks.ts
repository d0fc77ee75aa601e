import { Effect } from "effect"
import { Channel, Limit, Sync, TaskGroup } from "ferrule"
import { inAnyOrder, type Scenario, scenario } from "../harness/Scenario.ts"
import { range } from "./channelWords.ts"

type Lock = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** A lock made of a channel: who has put its item in holds it. */
const channelLock = Effect.map(Channel.make<null>({ capacity: 1 }), ({ receiver, sender }): Lock => {
  const unlock = Effect.ignore(receiver.receive)
  return (self) =>
    Effect.acquireUseRelease(
      Effect.orDie(sender.send(null)),
      () => self,
      () => unlock
    )
})

const kinds: ReadonlyArray<readonly [string, Effect.Effect<Lock>]> = [
  ["mutex", Sync.mutex],
  ["semaphore", Effect.map(Sync.semaphore(1), (semaphore): Lock => semaphore.withPermits(1))],
  ["limiter", Limit.concurrent(1)],
  ["channel", channelLock]
]

export const locks: ReadonlyArray<Scenario> = [
  inAnyOrder("SY-02", "never two are inside one lock, whatever it is made of", function* (t) {
    for (const [name, make] of kinds) {
      const lock = yield* make
      const seen = { inside: 0, peak: 0, acquisitions: 0 }
      const critical = Effect.gen(function* () {
        seen.acquisitions++
        seen.peak = Math.max(seen.peak, ++seen.inside)
        yield* Effect.yieldNow
        yield* Effect.yieldNow
        seen.inside--
      }).pipe(lock)
      yield* TaskGroup.run("workers", function* (group) {
        for (const worker of range(5)) yield* group.spawn(Effect.repeat(critical, { times: 9 }), `worker-${worker}`)
      })
      t.equal(seen, { inside: 0, peak: 1, acquisitions: 50 }, name)
    }
  }),

  scenario("SY-03", "looping workers get one lock in the same cyclic order", function* (t) {
    for (const [name, make] of kinds) {
      const lock = yield* make
      const order: Array<number> = []
      yield* TaskGroup.run("workers", function* (group) {
        for (const worker of range(3)) {
          const visit = Effect.andThen(
            Effect.sync(() => void order.push(worker)),
            Effect.sleep(1)
          ).pipe(lock)
          yield* group.spawn(Effect.repeat(visit, { times: 4 }))
        }
      })
      t.equal(order.length, 15, name)
      for (const round of range(5))
        t.equal(order.slice(3 * round, 3 * round + 3), order.slice(0, 3), `${name}: ${round}`)
      t.sameMembers(order.slice(0, 3), [0, 1, 2], name)
    }
  }),

  scenario("SY-13", "10,000 waiters on one lock all run, released one after another", function* (t) {
    for (const [name, make] of kinds) {
      const lock = yield* make
      let ran = 0
      yield* TaskGroup.run("crowd", function* (group) {
        const first = yield* t.start(lock(Effect.sleep(100)))
        for (const _ of range(10_000)) yield* group.spawn(lock(Effect.sync(() => void ran++)))
        yield* t.untilQuiet
        t.equal(ran, 0, `${name}: they wait`)
        yield* t.endOf(first)
      })
      t.equal(ran, 10_000, name)
    }
  })
]
