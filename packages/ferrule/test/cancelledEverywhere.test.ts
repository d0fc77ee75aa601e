/**
 * Small programs of every package, cancelled at every step that they have, by an interrupt and by the mark of a scope,
 * once and twice: what they move is conserved, what they take is given back, and nothing is left behind.
 */
import { mayLeave } from "@ferrule/testing/vitest"
import { cancelEverywhere } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { describe } from "vitest"
import { Channel, Sync, TaskGroup, Timeout } from "../src/index.ts"

interface Pipe {
  readonly channel: Channel.Channel<number>
  /** What a continuation has had. */
  readonly received: Array<number>
  readonly undelivered: Array<number>
  /** What a continuation was told is sent. */
  readonly told: Array<number>
  readonly send: (item: number) => Effect.Effect<void, Channel.ChannelClosed>
}

const pipe = (capacity: number): Effect.Effect<Pipe> =>
  Effect.gen(function* () {
    const received: Array<number> = []
    const undelivered: Array<number> = []
    const told: Array<number> = []
    const onUndelivered = (item: number) => Effect.sync(() => void undelivered.push(item))
    const channel = yield* Channel.make<number>({ capacity, onUndelivered })
    const send = (item: number) => Effect.map(channel.sender.send(item), () => void told.push(item))
    return { channel, received, undelivered, told, send }
  })

/** Every item has one fate, whoever was told that it is sent was told the truth, and nobody stands in line any more. */
const isConserved = ({ channel, received, undelivered, told }: Pipe) =>
  Effect.gen(function* () {
    const now = yield* channel.receiver.statistics
    expect(now.sent).toBe(now.received + now.buffered + now.undelivered)
    expect([now.waitingSenders, now.waitingReceivers]).toEqual([0, 0])
    expect([now.received, now.undelivered]).toEqual([received.length, undelivered.length])
    yield* channel.receiver.cancel
    const fates = [...received, ...undelivered]
    expect(new Set(fates).size).toBe(fates.length)
    expect(fates.length).toBe(now.sent)
    for (const item of told) expect(fates).toContain(item)
  })

/** No program is so small that nothing was cancelled. */
const manySteps = 20

const everywhere = <World, A, E>(
  name: string,
  setUp: Effect.Effect<World>,
  program: (world: World) => Effect.Effect<A, E>,
  invariant: (world: World) => unknown
) => {
  const test = () =>
    Effect.map(cancelEverywhere(program, invariant, { setUp, patience: "1 minute" }), ({ steps, runs }) => {
      expect(steps).toBeGreaterThan(manySteps)
      expect(runs).toBeGreaterThan(2 * steps)
    })
  it.live(name, test, 60_000)
}

describe("cancelled everywhere, a channel conserves its items", () => {
  for (const capacity of [0, 1]) {
    everywhere(
      `that goes from a sender to a receiver at capacity ${capacity}`,
      pipe(capacity),
      ({ channel, send, received }) =>
        TaskGroup.run("g", function* (group) {
          yield* group.spawn(Effect.andThen(send(1), send(2)))
          const receive = Effect.map(channel.receiver.receive, (item) => void received.push(item))
          yield* receive
          yield* receive
        }),
      isConserved
    )
  }

  everywhere(
    "that a loop takes to the end of the channel",
    pipe(1),
    ({ channel, send, received }) =>
      TaskGroup.run("g", function* (group) {
        yield* group.spawn(channel.sender.use(() => Effect.andThen(send(1), send(2))))
        yield* channel.receiver.forEach((item) => Effect.sync(() => void received.push(item)))
      }),
    ({ channel }) =>
      Effect.map(channel.receiver.statistics, (now) => {
        mayLeave(["items"], "what a cancelled loop has not taken stays")
        expect(now.sent).toBe(now.received + now.buffered + now.undelivered)
        expect([now.waitingSenders, now.waitingReceivers]).toEqual([0, 0])
      })
  )

  everywhere(
    "that is chosen by a select",
    Effect.all({ a: pipe(0), b: pipe(0) }),
    ({ a, b }) =>
      TaskGroup.run("g", function* (group) {
        yield* group.spawn(a.send(1))
        yield* group.spawn(Effect.map(b.channel.receiver.receive, (item) => void b.received.push(item)))
        const clauses = { a: Channel.receiving(a.channel.receiver), b: Channel.sending(b.channel.sender, 2) }
        yield* Effect.map(Channel.select(clauses), (chosen) => {
          if (chosen._tag === "a") a.received.push(chosen.value)
          else b.told.push(2)
        })
        yield* group.cancelTasks("over")
      }),
    ({ a, b }) => Effect.andThen(isConserved(a), isConserved(b))
  )

  everywhere(
    "that goes through a permit",
    pipe(1),
    ({ channel, received, told }) =>
      TaskGroup.run("g", function* (group) {
        const commit = (item: number) =>
          Effect.scoped(
            Effect.flatMap(channel.sender.reserve, (permit) =>
              Effect.map(permit.commit(item), () => void told.push(item))
            )
          )
        yield* group.spawn(Effect.andThen(commit(1), commit(2)))
        const receive = Effect.map(channel.receiver.receive, (item) => void received.push(item))
        yield* receive
        yield* receive
      }),
    isConserved
  )

  everywhere(
    "that is broadcast, each subscriber having a prefix of what was sent",
    Effect.map(Channel.broadcast<number>(), (news) => ({ news, seen: [[], []] as Array<Array<number>> })),
    ({ news, seen }) =>
      TaskGroup.run("g", function* (group) {
        for (const mine of seen) {
          const subscriber = yield* news.subscribe({ capacity: 1, onLag: "wait" })
          yield* group.spawn(subscriber.forEach((item) => Effect.sync(() => void mine.push(item))))
        }
        yield* news.send(1)
        yield* news.send(2)
        yield* news.close
      }).pipe(Effect.scoped),
    ({ seen }) => {
      for (const mine of seen) expect([1, 2].slice(0, mine.length)).toEqual(mine)
    }
  )
})

describe("cancelled everywhere, what is taken is given back", () => {
  everywhere(
    "the permits of a semaphore, held by effects, by resource scopes and by those who tried",
    Sync.semaphore(2),
    (semaphore) =>
      TaskGroup.run("g", function* (group) {
        yield* group.spawn(semaphore.withPermits(2)(Effect.yieldNow))
        yield* group.spawn(Effect.scoped(Effect.andThen(semaphore.acquire(1), Effect.yieldNow)))
        yield* semaphore.withPermits(1)(Effect.sleep(1))
      }),
    (semaphore) => Effect.map(semaphore.statistics, (now) => expect(now).toEqual({ permits: 2, taken: 0, waiting: 0 }))
  )

  everywhere(
    "a mutex, and with it a condition that somebody waits for",
    Effect.gen(function* () {
      const mutex = yield* Sync.mutex
      return { mutex, condition: yield* Sync.condition(mutex), inside: [0] }
    }),
    ({ mutex, condition, inside }) => {
      const alone = <A, E>(self: Effect.Effect<A, E>): Effect.Effect<A, E> =>
        Effect.suspend(() => {
          if (++inside[0]! > 1) throw new Error("two are in")
          return Effect.ensuring(
            self,
            Effect.sync(() => void inside[0]!--)
          )
        })
      let full = false
      return TaskGroup.run("g", function* (group) {
        yield* group.spawn(mutex(Effect.andThen(alone(Effect.sync(() => void (full = true))), condition.notify)))
        yield* mutex(Effect.suspend(() => (full ? Effect.void : condition.wait)))
      })
    },
    ({ mutex }) => Effect.map(mutex.locked, (locked) => expect(locked).toBe(false))
  )
})

describe("cancelled everywhere, nothing runs after its region", () => {
  const counted = Effect.sync(() => ({ begun: 0, ended: 0 }))
  const allEnded = ({ begun, ended }: { begun: number; ended: number }) => begun === ended
  const tracked =
    (world: { begun: number; ended: number }) =>
    <A, E>(self: Effect.Effect<A, E>): Effect.Effect<A, E> =>
      Effect.uninterruptibleMask((restore) =>
        Effect.suspend(() => {
          world.begun++
          return Effect.ensuring(
            restore(self),
            Effect.andThen(
              Effect.yieldNow,
              Effect.sync(() => void world.ended++)
            )
          )
        })
      )

  everywhere(
    "of a task group, whose tasks have cleaned up",
    counted,
    (world) =>
      TaskGroup.run("g", function* (group) {
        const slowly = yield* group.spawn(tracked(world)(Effect.as(Effect.sleep(5), "v")), "slow")
        yield* group.spawn(tracked(world)(Effect.never), { name: "daemon", daemon: true })
        return yield* slowly.join
      }),
    allEnded
  )

  everywhere(
    "of a race, whose losers have cleaned up",
    counted,
    (world) => TaskGroup.firstSuccess([tracked(world)(Effect.sleep(5)), tracked(world)(Effect.sleep(10))]),
    allEnded
  )

  everywhere(
    "of a timeout, whether it is in time or not",
    counted,
    (world) =>
      Effect.andThen(
        Timeout.moveOnAfter(tracked(world)(Effect.sleep(10)), 5),
        Timeout.moveOnAfter(tracked(world)(Effect.sleep(5)), 10)
      ),
    allEnded
  )
})
