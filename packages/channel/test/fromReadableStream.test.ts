import { expect, it } from "@effect/vitest"
import { Effect, Exit, Stream } from "effect"
import * as Channel from "../src/index.ts"
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
