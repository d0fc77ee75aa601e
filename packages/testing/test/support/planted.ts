/** Programs with a fault that the stock scheduler does not show, and beside each the same program, mended. */
import { Deferred, Effect, Fiber, Queue, Semaphore } from "effect"

const both = <A, B, E>(a: Effect.Effect<A, E>, b: Effect.Effect<B, E>) => Effect.all([a, b], { concurrency: 2 })

const unless = (holds: () => boolean, message: string): Effect.Effect<void, string> =>
  Effect.suspend(() => (holds() ? Effect.void : Effect.fail(message)))

const adders = (atomic: boolean) => () => {
  let count = 0
  const inSteps = Effect.gen(function* () {
    for (let i = 0; i < 2; i++) {
      const before = yield* Effect.sync(() => count)
      yield* Effect.sync(() => void (count = before + 1))
    }
  })
  const atOnce = Effect.gen(function* () {
    for (let i = 0; i < 2; i++) yield* Effect.sync(() => void count++)
  })
  const add = atomic ? atOnce : inSteps
  return Effect.andThen(
    both(add, add),
    unless(() => count === 4, "lost update")
  )
}

const consumer = (masked: boolean) => () => {
  const received: Array<number> = []
  return Effect.gen(function* () {
    const queue = yield* Queue.bounded<number>(4)
    const keep = (item: number) => Effect.sync(() => void received.push(item))
    const take = masked
      ? Effect.uninterruptibleMask((restore) => Effect.flatMap(restore(Queue.take(queue)), keep))
      : Effect.flatMap(Queue.take(queue), keep)
    const fiber = yield* Effect.forkChild(Effect.forever(take))
    yield* Effect.forEach([1, 2, 3], (item) => Queue.offer(queue, item))
    yield* Fiber.interrupt(fiber)
    const left = yield* Queue.clear(queue)
    yield* unless(() => received.length + left.length === 3, "lost item")
  })
}

const booking = (atomic: boolean) => () => {
  let seats = 1
  const inSteps = Effect.gen(function* () {
    if (yield* Effect.sync(() => seats > 0)) yield* Effect.sync(() => void seats--)
  })
  const atOnce = Effect.sync(() => {
    if (seats > 0) seats--
  })
  const book = atomic ? atOnce : inSteps
  return Effect.andThen(
    both(book, book),
    unless(() => seats === 0, "overbooked")
  )
}

const transfers = (ordered: boolean) => () =>
  Effect.gen(function* () {
    const [a, b] = [yield* Semaphore.make(1), yield* Semaphore.make(1)]
    const within = (first: Semaphore.Semaphore, second: Semaphore.Semaphore) =>
      first.withPermits(1)(second.withPermits(1)(Effect.void))
    yield* both(within(a, b), ordered ? within(a, b) : within(b, a))
  })

const signal = (atomic: boolean) => () => {
  let isReady = false
  let waiter: Deferred.Deferred<void> | undefined
  const inSteps = Effect.gen(function* () {
    if (yield* Effect.sync(() => isReady)) return
    waiter = yield* Deferred.make<void>()
    yield* Deferred.await(waiter)
  })
  const atOnce = Effect.suspend(() => {
    if (isReady) return Effect.void
    return Deferred.await((waiter = Deferred.makeUnsafe<void>()))
  })
  const notify = Effect.gen(function* () {
    yield* Effect.sync(() => void (isReady = true))
    if (waiter !== undefined) yield* Deferred.succeed(waiter, undefined)
  })
  return both(atomic ? atOnce : inSteps, notify)
}

type Make = () => Effect.Effect<unknown, string>

export interface Planted {
  readonly name: string
  readonly broken: Make
  readonly mended: Make
  /** What it fails with, and where that has a name, its name. */
  readonly failure: string
  /** Schedules within which every strategy finds it. */
  readonly within: number
  /** As few choices bring it about. */
  readonly choices: number
}

export const planted: ReadonlyArray<Planted> = [
  {
    name: "a lost update",
    broken: adders(false),
    mended: adders(true),
    failure: "lost update",
    within: 50,
    choices: 1
  },
  {
    name: "a lost item",
    broken: consumer(false),
    mended: consumer(true),
    failure: "lost item",
    within: 100,
    choices: 2
  },
  {
    name: "a check before the act",
    broken: booking(false),
    mended: booking(true),
    failure: "overbooked",
    within: 50,
    choices: 1
  },
  {
    name: "locks in two orders",
    broken: transfers(false),
    mended: transfers(true),
    failure: "Deadlock",
    within: 50,
    choices: 1
  },
  { name: "a lost wake-up", broken: signal(false), mended: signal(true), failure: "Deadlock", within: 50, choices: 1 }
]
