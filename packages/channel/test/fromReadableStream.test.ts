import { expect, it } from "@effect/vitest"
import { failureHook, type Report } from "@ferrule/runtime"
import { Effect, Exit, Scope, Stream } from "effect"
import * as Channel from "../src/index.ts"
import { randomFrom, RandomScheduler } from "./support/RandomScheduler.ts"
import { upTo } from "./support/running.ts"
import { broken, Broken, collector, settled } from "./support/sources.ts"

/** A Web stream without a buffer of its own that counts what was pulled, and says when it was cancelled. */
const numbers = (n: number, cancelled: () => Promise<void> = async () => {}) => {
  const seen = { pulled: 0, cancelled: false }
  const stream = new ReadableStream<number>(
    {
      pull(controller) {
        if (seen.pulled === n) return controller.close()
        controller.enqueue(seen.pulled++)
      },
      async cancel() {
        await cancelled()
        seen.cancelled = true
      }
    },
    { highWaterMark: 0 }
  )
  return { seen, stream }
}

it.live("the items come in order, and the end of the stream closes the channel", () =>
  Effect.gen(function* () {
    const receiver = yield* Channel.fromReadableStream(numbers(20).stream, { onError: broken })
    expect(yield* Stream.runCollect(receiver.stream)).toEqual(upTo(20))
  }).pipe(Effect.scoped)
)

it.live("the error of the stream is the typed error, after the items", () =>
  Effect.gen(function* () {
    let control: ReadableStreamDefaultController<string> | undefined
    const stream = new ReadableStream<string>({ start: (controller) => void (control = controller) })
    const receiver = yield* Channel.fromReadableStream(stream, { onError: broken })
    control!.enqueue("a")
    expect(yield* receiver.receive).toBe("a")
    control!.error(new Error("no disk"))
    const error = yield* Effect.flip(receiver.receive)
    expect(error).toBeInstanceOf(Broken)
    expect(error).toMatchObject({ why: { message: "no disk" } })
  }).pipe(Effect.scoped)
)

it.live("nothing is pulled that has no place: at capacity n, n items", () =>
  Effect.gen(function* () {
    for (const capacity of [0, 1, 3]) {
      const { seen, stream } = numbers(10)
      const receiver = yield* Channel.fromReadableStream(stream, { onError: broken, capacity })
      yield* settled
      expect(seen.pulled).toBe(capacity)
      expect(yield* receiver.receive).toBe(0)
      yield* settled
      expect(seen.pulled).toBe(capacity + 1)
    }
  }).pipe(Effect.scoped)
)

it.live("the last receiver's cancel cancels the stream, and what was buffered is undelivered", () =>
  Effect.gen(function* () {
    const { seen, stream } = numbers(10)
    const { lost, onUndelivered } = collector<number>()
    const receiver = yield* Channel.fromReadableStream(stream, { onError: broken, capacity: 2, onUndelivered })
    expect(yield* receiver.receive).toBe(0)
    yield* settled
    yield* receiver.cancel
    yield* settled
    expect(seen).toEqual({ pulled: 3, cancelled: true })
    expect(lost).toEqual([1, 2])
    expect(stream.locked).toBe(false)
  }).pipe(Effect.scoped)
)

it.live("the scope's end waits until a stream that has nothing yet is cancelled", () =>
  Effect.gen(function* () {
    let cancelled = false
    const idle = new ReadableStream<string>({
      cancel: async () => {
        await new Promise((resolve) => setImmediate(resolve))
        cancelled = true
      }
    })
    yield* Effect.scoped(Effect.andThen(Channel.fromReadableStream(idle, { onError: broken, capacity: 1 }), settled))
    expect({ cancelled, locked: idle.locked }).toEqual({ cancelled: true, locked: false })
  })
)

it.live("a stream that another has locked is a defect of the conversion", () =>
  Effect.gen(function* () {
    const { stream } = numbers(1)
    stream.getReader()
    const exit = yield* Effect.exit(Channel.fromReadableStream(stream, { onError: broken }))
    expect(Exit.hasDies(exit)).toBe(true)
  }).pipe(Effect.scoped)
)

it.live("a stream is not opened for a channel that cannot be made", () =>
  Effect.gen(function* () {
    const { stream } = numbers(1)
    const exit = yield* Effect.exit(Channel.fromReadableStream(stream, { onError: broken, capacity: -1 }))
    expect([Exit.hasDies(exit), stream.locked]).toEqual([true, false])
  }).pipe(Effect.scoped)
)

it.live("a stream that has ended, or has failed, is unlocked", () =>
  Effect.gen(function* () {
    const ending = numbers(2).stream
    const failing = new ReadableStream<number>({ start: (controller) => controller.error(new Error("no disk")) })
    const ended = yield* Channel.fromReadableStream(ending, { onError: broken })
    const failed = yield* Channel.fromReadableStream(failing, { onError: broken })
    expect(yield* Stream.runCollect(ended.stream)).toEqual([0, 1])
    expect(yield* Effect.flip(failed.receive)).toBeInstanceOf(Broken)
    expect([ending.locked, failing.locked]).toEqual([false, false])
  }).pipe(Effect.scoped)
)

it("a stream that ends while the scope closes is unlocked, and nothing is reported, on any scheduler", async () => {
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  let ended = 0
  for (let seed = 0; seed < 150; seed++) {
    const random = randomFrom(seed)
    const scheduler = new RandomScheduler(random)
    const reports: Array<Report> = []
    const { seen, stream } = numbers(1)
    const scope = Scope.makeUnsafe()
    const fork = <A>(self: Effect.Effect<A, never, Scope.Scope>) =>
      Effect.runFork(
        Effect.provideService(Scope.provide(self, scope), failureHook, (report) =>
          Effect.sync(() => void reports.push(report))
        ),
        { scheduler }
      )
    const reading = fork(
      Effect.flatMap(Channel.fromReadableStream(stream, { onError: broken }), ({ stream }) =>
        Effect.ignore(Stream.runDrain(stream))
      )
    )
    for (let steps = Math.floor(random() * 80); steps > 0; steps--) {
      if (!scheduler.step()) await turn()
      else if (random() < 0.3) await Promise.resolve()
    }
    const closing = fork(Scope.close(scope, Exit.void))
    while (closing.pollUnsafe() === undefined || reading.pollUnsafe() === undefined) {
      scheduler.toTheEnd()
      await turn()
    }
    expect({ seed, locked: stream.locked, reports }).toEqual({ seed, locked: false, reports: [] })
    if (!seen.cancelled) ended++
  }
  expect(ended).toBeGreaterThan(10)
})
