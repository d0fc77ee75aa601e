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
  return iterate(source as Iterable<unknown>, (items) =>
    Effect.gen(function* () {
      for (let item = items.next(); item.done !== true; item = items.next()) yield* handle(item.value, index++)
    })
  )
}

/**
 * Whether a source is a plain iterable, whose next item is there when it is asked for.
 *
 * @internal
 */
export const isIterable = (source: Source<any, any, any>): source is Iterable<any> =>
  !Stream.isStream(source) && !isReceivable(source) && Symbol.iterator in source

/**
 * Runs `loop` over the items. As `for … of` does, it closes the iterator when it is left early: on a failure, or a
 * cancel.
 *
 * @internal
 */
export const iterate = <A, E, R>(
  source: Iterable<unknown>,
  loop: (items: { next(): IteratorResult<unknown> }) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
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
    return Effect.onExitPrimitive(loop({ next }), () =>
      open ? Effect.sync(() => void iterator.return?.()) : undefined
    )
  })
