import {
  goesOnAtOnce,
  type Handover,
  inOneStep,
  primitive,
  retreat,
  type Step,
  tellFirst,
  waitAs,
  Waiter
} from "@ferrule/runtime"
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
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
 * A receive of one mode. It looks, and takes so that the item reaches the continuation before anybody else runs, or
 * waits in line. Where the scheduler may run others between the look and the step after it, that looks again.
 */
export class Reads<A, E, B, E2> {
  private readonly reader: Reader<A, E>
  private readonly mode: Reading<A, B, E2>
  /** The effect. */
  readonly look: Effect.Effect<B, E | E2>
  private readonly take: Effect.Effect<B, E | E2>
  /** For who has looked in the step before: it looks again, and waits. */
  readonly wait: Effect.Effect<B, E | E2>

  constructor(reader: Reader<A, E>, mode: Reading<A, B, E2>) {
    this.reader = reader
    this.mode = mode
    this.look = looking(this, undefined, undefined)
    this.take = inOneStep(
      (fiber) => this.takeNow(fiber),
      () => this.look
    )
    this.wait = waitAs(
      (fiber, resume: (effect: Effect.Effect<B, E | E2>) => void) => this.standInLine(fiber, resume),
      () => this.look,
      "an item of",
      reader.pipe
    )
  }

  /** In a generator it needs the run loop only to wait, or to end. */
  inPlace(step: Step<B, E | E2, never>, fiber: Fiber.Fiber<unknown, unknown>): boolean {
    const { mode, reader } = this
    const { state } = reader.pipe
    if (tellFirst(fiber) || reader.cancelled) return false
    if (state.canTake()) return step.succeed(mode.item(state.take()))
    return state.ended ? false : step.wait(this.wait)
  }

  lookNow(fiber: Fiber.Fiber<unknown, unknown>): Effect.Effect<B, E | E2> {
    const { mode, reader } = this
    const { failure, state } = reader.pipe
    if (tellFirst(fiber)) return this.look
    if (reader.cancelled) return mode.ended
    if (state.canTake()) return goesOnAtOnce(fiber) ? Exit.succeed(mode.item(state.take())) : this.take
    if (state.ended) return failure ?? mode.ended
    return this.wait
  }

  private takeNow(fiber: Fiber.Fiber<unknown, unknown>): B {
    const { mode, reader } = this
    const { state } = reader.pipe
    return tellFirst(fiber) || reader.cancelled || !state.canTake() ? retreat() : mode.item(state.take())
  }

  private standInLine(
    fiber: Fiber.Fiber<unknown, unknown>,
    resume: (effect: Effect.Effect<B, E | E2>) => void
  ): WaitingReceive<A, E, B, E2> | undefined {
    const { mode, reader } = this
    const { state } = reader.pipe
    if (reader.cancelled || state.canTake() || state.ended) return undefined
    const taker = new WaitingReceive(fiber, resume, reader, mode)
    state.addTaker(taker)
    return taker
  }
}

const looking = primitive(
  (fiber, reads: Reads<any, any, any, any>): Effect.Effect<any, any> => reads.lookNow(fiber),
  (step, fiber, reads) => reads.inPlace(step, fiber)
)

/** A receive that waits; it is the hand-over of its item, too. */
class WaitingReceive<A, E, B, E2> extends Waiter<B, E | E2> implements Taker<A>, Handover {
  readonly handle: Reader<A, E>
  private readonly mode: Reading<A, B, E2>
  private item: A | undefined = undefined
  private number = 0
  private arrived = false

  constructor(
    fiber: Fiber.Fiber<unknown, unknown>,
    resume: (effect: Effect.Effect<B, E | E2>) => void,
    handle: Reader<A, E>,
    mode: Reading<A, B, E2>
  ) {
    super(fiber, resume)
    this.handle = handle
    this.mode = mode
  }

  hand(item: A, number: number): void {
    this.item = item
    this.number = number
    this.give(this.mode.item(item), this)
  }

  received(): void {
    this.arrived = true
    this.handle.pipe.state.arrived()
  }

  takeBack(): Effect.Effect<void> {
    // Sound: called only after `hand`.
    return this.handle.pipe.takeBack(this.item as A, this.number, this.arrived)
  }

  atEnd(): void {
    this.end(this.handle.cancelled ? this.mode.ended : (this.handle.pipe.failure ?? this.mode.ended))
  }
}
