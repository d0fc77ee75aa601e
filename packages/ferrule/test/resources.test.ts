import { expect, it } from "@effect/vitest"
import { VirtualClock } from "@ferrule/testing"
import { Effect } from "effect"
import { describe } from "vitest"
import { CancelScope, Channel, Limit, Runtime, Sync, TaskGroup, Timeout } from "../src/index.ts"

const ignore = (): void => {}

/** What is open, and what was waited for, by names. */
const ledger = () => {
  const names = new Map<number | undefined, string>()
  const open = new Map<number, Runtime.Resource>()
  const waits: Array<string> = []
  const watcher: Runtime.Observer = {
    taskStarted: (id, _parent, name) => void names.set(id, name),
    taskWaiting: (_id, on, target) => {
      if (target !== undefined && "resource" in target) waits.push(`${on}: ${open.get(target.resource)?.kind}`)
      else if (target !== undefined && "task" in target) waits.push(`${on}: ${names.get(target.task)}`)
      else if (target === undefined && on !== "") waits.push(`${on}: nothing known`)
    },
    taskEnded: ignore,
    scopeOpened: (id, _parent, name) => void names.set(id, name),
    scopeCancelled: ignore,
    scopeClosed: ignore,
    resourceOpened: (resource) => void open.set(resource.id, resource),
    resourceClosed: ({ id }) => {
      expect(open.delete(id)).toBe(true)
    }
  }
  const lines = () =>
    [...open.values()].map(({ kind, name, of, owner }) => {
      const whole = of === undefined ? "" : ` of ${open.get(of)?.kind}`
      return `${kind} "${name}"${whole}, ${names.get(owner) ?? "nobody"}'s`
    })
  const state = (kind: string) => [...open.values()].find((resource) => resource.kind === kind)?.state()
  return { watcher, lines, state, waits }
}

type Ledger = ReturnType<typeof ledger>

const watched = <A, E, R>(program: (seen: Ledger) => Effect.Effect<A, E, R>) => {
  const seen = ledger()
  return VirtualClock.run(Effect.provideService(program(seen), Runtime.observer, seen.watcher))
}

describe("a channel is open", () => {
  it.live("until it is closed and empty, with figures of how it stands [S-241]", () =>
    watched(({ lines, state }) =>
      CancelScope.run("main", function* () {
        const jobs = yield* Channel.make<number>({ name: "jobs", capacity: 2 })
        yield* jobs.sender.send(1)
        yield* jobs.sender.send(2)
        yield* Effect.forkChild(jobs.sender.send(3))
        yield* Effect.sleep(1)
        expect(lines()).toEqual([`channel "jobs", main's`])
        expect(state("channel")).toMatchObject({
          items: 2,
          capacity: 2,
          peak: 2,
          sendersWaiting: 1,
          receiversWaiting: 0
        })
        yield* jobs.sender.close
        for (let i = 0; i < 3; i++) yield* jobs.receiver.receiveOption
        expect(lines()).toEqual([])
      })
    )
  )

  it.live("or until nobody receives any more [S-241]", () =>
    watched(({ lines }) =>
      Effect.gen(function* () {
        const { receiver, sender } = yield* Channel.make<number>({ name: "jobs", capacity: 2 })
        yield* sender.send(1)
        // Outside of every scope.
        expect(lines()).toEqual([`channel "jobs", nobody's`])
        yield* receiver.cancel
        expect(lines()).toEqual([])
      })
    )
  )

  it.live("of whatever kind it is, and its readers are parts of it [S-241]", () =>
    watched(({ lines, state }) =>
      CancelScope.run("main", function* () {
        const answer = yield* Channel.oneshot<number>("answer")
        const news = yield* Channel.broadcast<string>("news")
        const level = yield* Channel.watch(1)
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* Channel.ticker("1 second")
            yield* news.subscribe({ capacity: 1, onLag: "wait" })
            yield* level.subscribe
            yield* Channel.produce("numbers", (tx: Channel.Sender<number>) => tx.send(1))
            expect(lines()).toEqual([
              `oneshot "answer", main's`,
              `broadcast "news", main's`,
              `watch "watch", main's`,
              `ticker "ticker", main's`,
              `subscription "news" of broadcast, main's`,
              `subscription "watch" of watch, main's`,
              `channel "numbers", main's`
            ])
            expect(state("broadcast")).toEqual({ readers: 1, sendersWaiting: 0 })
          })
        )
        expect(lines()).toHaveLength(3)
        yield* answer.sender.send(1)
        yield* answer.receiver.receive
        yield* news.close
        yield* level.close
        expect(lines()).toEqual([])
      })
    )
  )
})

describe("what is taken is a part of what it was taken of, and its taker's", () => {
  it.live("places in a channel, until they are used or given back [S-242]", () =>
    watched(({ lines }) =>
      TaskGroup.run("main", function* (group) {
        const jobs = yield* Channel.make<number>({ name: "jobs", capacity: 1 })
        const reserving = Effect.scoped(
          Effect.gen(function* () {
            const permit = yield* jobs.sender.reserve
            yield* Effect.sleep(1)
            yield* permit.commit(1)
            yield* Effect.sleep(1)
          })
        )
        yield* group.spawn(reserving, "first")
        yield* group.spawn(Effect.scoped(Effect.andThen(jobs.sender.reserve, Effect.sleep(10))), "second")
        yield* Effect.sleep(0.5)
        expect(lines()).toEqual([`channel "jobs", main's`, `channel permit "jobs" of channel, first's`])
        yield* Effect.sleep(1)
        expect(lines()).toHaveLength(1)
        yield* jobs.receiver.receive
        yield* Effect.sleep(1)
        expect(lines()).toEqual([`channel "jobs", main's`, `channel permit "jobs" of channel, second's`])
        yield* Effect.sleep(20)
        expect(lines()).toHaveLength(1)
      })
    )
  )

  it.live("permits of a semaphore, however they are taken and given back [S-242]", () =>
    watched(({ lines, state }) =>
      TaskGroup.run("main", function* (group) {
        const db = yield* Sync.semaphore(3, { name: "db" })
        const whole = `semaphore "db", main's`
        const part = (owner: string) => `permits "db" of semaphore, ${owner}'s`
        yield* group.spawn(db.withPermits(2)(Effect.sleep(5)), "with")
        yield* group.spawn(db.withPermits(2)(Effect.sleep(5)), "waits")
        yield* Effect.sleep(1)
        expect(lines()).toEqual([whole, part("with")])
        expect(state("permits")).toEqual({ permits: 2 })
        expect(state("semaphore")).toEqual({ permits: 3, taken: 2, waiting: 1 })
        yield* Effect.sleep(5)
        expect(lines()).toEqual([whole, part("waits")])
        const tried = yield* db.tryAcquire()
        expect(lines()).toEqual([whole, part("waits"), part("main")])
        if (tried._tag === "Some") yield* tried.value.release
        yield* Effect.sleep(5)
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* db.acquire(3)
            expect(lines()).toEqual([whole, part("main")])
          })
        )
        const chosen = yield* Channel.select({ permit: Sync.acquiring(db) })
        expect(lines()).toEqual([whole, part("main")])
        yield* chosen.value.release
        expect(lines()).toEqual([whole])
      })
    )
  )

  it.live("a stay in a mutex, but for the waits on its condition [S-242]", () =>
    watched(({ lines, waits }) =>
      TaskGroup.run("main", function* (group) {
        const mutex = yield* Sync.namedMutex("queue")
        const grown = yield* Sync.condition(mutex, { name: "grown" })
        const whole = [`mutex "queue", main's`, `condition "grown" of mutex, main's`]
        yield* group.spawn(mutex(Effect.andThen(grown.wait, Effect.sleep(5))), "waits")
        yield* Effect.sleep(1)
        expect(lines()).toEqual(whole)
        expect(waits).toEqual([`condition "grown": condition`])
        yield* grown.notify()
        yield* Effect.sleep(1)
        expect(lines()).toEqual([...whole, `stay "queue" of mutex, waits's`])
        yield* Effect.sleep(5)
        expect(lines()).toEqual(whole)
      })
    )
  )
})

it.live("a listener on somebody else's signal is open until the scope ends, or the signal is aborted [S-242]", () =>
  watched(({ lines }) =>
    CancelScope.run("main", function* () {
      const controller = new AbortController()
      const { signal } = controller
      const look = () => Effect.sync(lines)
      expect(yield* CancelScope.run({ name: "request", signal }, look)).toMatchObject({
        value: [`abort listener "request", main's`]
      })
      expect(lines()).toEqual([])
      yield* CancelScope.run({ name: "request", signal }, () =>
        Effect.onInterrupt(
          Effect.andThen(
            Effect.sync(() => controller.abort()),
            Effect.never
          ),
          () => Effect.sync(() => expect(lines()).toEqual([]))
        )
      )
      // Aborted before: it never listens.
      yield* CancelScope.run({ name: "request", signal }, () => Effect.void)
      expect(lines()).toEqual([])
    })
  )
)

it.live("who waits is told with the number of what it waits for, and by its name [S-243]", () =>
  watched(({ waits, watcher }) =>
    TaskGroup.run("main", function* (group) {
      const jobs = yield* Channel.make<number>({ name: "jobs" })
      const named = { name: "n" }
      const tried: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
        jobs.sender.send(1),
        jobs.receiver.receive,
        Sync.event.pipe(Effect.flatMap((event) => event.wait)),
        Effect.flatMap(Sync.namedEvent("n"), (event) => event.wait),
        Effect.flatMap(Sync.barrier(2), (barrier) => barrier.wait),
        Effect.flatMap(Sync.barrier(2, named), (barrier) => barrier.wait),
        Effect.flatMap(Sync.mutex, (mutex) =>
          mutex(Effect.scoped(TaskGroup.run("g", (g) => g.spawn(mutex(Effect.void)))))
        ),
        Effect.flatMap(Sync.semaphore(0), (semaphore) => semaphore.withPermits(1)(Effect.void)),
        Effect.flatMap(Sync.semaphore(0, named), (semaphore) => semaphore.withPermits(1)(Effect.void)),
        Effect.flatMap(Limit.concurrent(0), (limit) => limit(Effect.void)),
        Effect.flatMap(Limit.concurrent(0, named), (limit) => limit(Effect.void)),
        Effect.flatMap(Limit.rate({ times: 0, per: 1 }), (limit) => limit(Effect.void)),
        Effect.flatMap(Limit.rate({ times: 0, per: 1, ...named }), (limit) => limit(Effect.void)),
        Channel.select({ seat: Channel.receiving(jobs.receiver) }),
        Channel.select({ job: Channel.receiving(jobs.receiver), late: Timeout.after(5) })
      ]
      const told: Array<string | undefined> = []
      for (const wait of tried) {
        waits.length = 0
        const alone = Effect.timeoutOption(Effect.exit(CancelScope.run("waits", () => wait)), 1)
        yield* Effect.provideService(alone, Runtime.observer, watcher)
        told.push(waits.find((line) => !line.startsWith("its tasks")))
      }
      expect(told).toEqual([
        'room in "jobs": channel',
        'an item of "jobs": channel',
        "an event: event",
        'event "n": event',
        "a barrier: barrier",
        'barrier "n": barrier',
        "a mutex: mutex",
        "a permit of a semaphore: semaphore",
        'a permit of semaphore "n": semaphore',
        "a limit: limit",
        'limit "n": limit',
        "a rate limit: rate limit",
        'rate limit "n": rate limit',
        'an item of "jobs": channel',
        'one of job (an item of "jobs"), late: nothing known'
      ])
      waits.length = 0
      const slow = yield* group.spawn(Effect.sleep(5), "slow")
      yield* slow.join
      expect(waits).toContain('task "slow": slow')
    })
  )
)

it.live("a keyed limit says how many keys it knows [S-242]", () =>
  watched(({ lines, state }) =>
    CancelScope.run("main", function* () {
      const perHost = yield* Limit.keyed((host) => Limit.concurrent(1, { name: host }), { name: "per host" })
      yield* Effect.andThen(
        Effect.void,
        Effect.sync(() => {
          expect(lines()).toEqual([
            `keyed limit "per host", main's`,
            `limit "a", main's`,
            `permits "a" of limit, main's`
          ])
          expect(state("keyed limit")).toEqual({ keys: 1, resting: 0 })
        })
      ).pipe(perHost("a"))
      expect(state("keyed limit")).toEqual({ keys: 0, resting: 0 })
    })
  )
)
