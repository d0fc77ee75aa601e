import { inOneStep, Place, retreat, tellFirst, type Waiter, waitHere } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type { Taker } from "./channelState.ts"
import type { Pipe } from "./Pipe.ts"

/** What a receive gives for an item, and at the end. */
export interface Reading<in A, in out B, in out E> {
  readonly item: (item: A) => B
  readonly ended: Exit.Exit<B, E>
}

/** What a receive needs of its handle. */
export interface Reader<A, E> {
  readonly pipe: Pipe<A, E>
  readonly cancelled: boolean
}

/**
 * A receive. It looks, and then takes, in a step that is one with its continuation, or waits in line. The scheduler may
 * run others between the look and the step after it: each looks again.
 */
export const reading = <A, E, B, E2>(reader: Reader<A, E>, mode: Reading<A, B, E2>): Effect.Effect<B, E | E2> => {
  const { pipe } = reader
  const { state } = pipe
  const look: Effect.Effect<B, E | E2> = Effect.withFiber((fiber) => {
    if (tellFirst(fiber)) return look
    if (reader.cancelled) return mode.ended
    if (state.canTake()) return take
    if (state.ended) return pipe.failure ?? mode.ended
    return waitHere(fiber, standInLine, look, "an item of", pipe)
  })
  const take: Effect.Effect<B, E | E2> = inOneStep(
    (fiber) => (tellFirst(fiber) || reader.cancelled || !state.canTake() ? retreat() : mode.item(state.take())),
    () => look
  )
  const standInLine = (waiter: Waiter<B, E | E2>): (() => void) | undefined => {
    if (reader.cancelled || state.canTake() || state.ended) return undefined
    const taker = new WaitingReceive(waiter, reader, mode)
    state.addTaker(taker)
    return () => state.takers.remove(taker)
  }
  return look
}

class WaitingReceive<A, E, B, E2> extends Place implements Taker<A> {
  readonly handle: Reader<A, E>
  // Sound: it is only told what this mode of receive gives.
  declare readonly waiter: Waiter<B, E | E2>
  private readonly mode: Reading<A, B, E2>

  constructor(waiter: Waiter<B, E | E2>, handle: Reader<A, E>, mode: Reading<A, B, E2>) {
    super(waiter)
    this.handle = handle
    this.mode = mode
  }

  hand(item: A, number: number): void {
    this.waiter.give(this.mode.item(item), this.handle.pipe.underway(item, number))
  }

  end(): void {
    this.waiter.end(this.handle.cancelled ? this.mode.ended : (this.handle.pipe.failure ?? this.mode.ended))
  }
}
