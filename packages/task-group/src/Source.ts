import type { Receivable } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/**
 * Where items come from: an iterable, an async iterable, a stream, or a channel's receiver.
 *
 * @category models
 * @since 0.1.0
 */
export type Source<T, E0, R0> = Iterable<T> | AsyncIterable<T> | Stream.Stream<T, E0, R0> | Receivable<T, E0>

type Handle = (item: any, index: number) => Effect.Effect<unknown, any, any>

/** What an async iterable throws is a defect: it has no error type. */
const fromAsync = <T>(source: AsyncIterable<T>): Stream.Stream<T> =>
  Stream.orDie(Stream.fromAsyncIterable(source, (thrown) => thrown))

const isReceivable = (source: object): source is Receivable<unknown, unknown> => "receiveOption" in source

/**
 * Hands every item of a source to `handle`, one after another.
 *
 * @internal
 */
export const drain = (source: Source<any, any, any>, handle: Handle): Effect.Effect<void, any, any> => {
  let index = 0
  if (Stream.isStream(source)) return Stream.runForEach(source, (item) => handle(item, index++))
  if (isReceivable(source)) {
    return Effect.gen(function* () {
      while (true) {
        const item = yield* source.receiveOption
        if (Option.isNone(item)) return
        yield* handle(item.value, index++)
      }
    })
  }
  if (Symbol.asyncIterator in source) return Stream.runForEach(fromAsync(source), (item) => handle(item, index++))
  // Sound: the other kinds of source have been dealt with.
  return drainIterable(source as Iterable<unknown>, (item) => handle(item, index++))
}

/** As `for … of` does, it closes the iterator when it is left early: on a failure, or a cancel. */
const drainIterable = <E, R>(
  source: Iterable<unknown>,
  handle: (item: unknown) => Effect.Effect<unknown, E, R>
): Effect.Effect<void, E, R> =>
  Effect.suspend(() => {
    const iterator = source[Symbol.iterator]()
    let open = true
    // An iterator that has ended, or thrown, has closed itself.
    const next = (): IteratorResult<unknown> => {
      open = false
      const result = iterator.next()
      open = result.done !== true
      return result
    }
    const loop = Effect.gen(function* () {
      for (let item = next(); item.done !== true; item = next()) yield* handle(item.value)
    })
    return Effect.onExitPrimitive(loop, () => (open ? Effect.sync(() => void iterator.return?.()) : undefined))
  })
