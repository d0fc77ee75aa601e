/**
 * Those who wait for a rate to let them start, and the timer that lets them.
 *
 * Invariant: a timer is armed if, and only if, somebody who can be served stands in line and may start at some time; it
 * is for the time at which the first of them may.
 * Invariant: the first of them may not start yet.
 */
import {
  type Figured,
  type Handover,
  inOneStep,
  nowOn,
  type OpenResource,
  openResource,
  Place,
  retreat,
  tellFirst,
  timerOn,
  type WaitedFor,
  type Waiter,
  waitHere,
  WaitLine
} from "@ferrule/runtime"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type { RateState } from "./rateState.ts"

export class RateLine implements Handover, Figured, WaitedFor {
  readonly name: string | undefined
  /** Set if somebody watches. */
  readonly resource: OpenResource | undefined
  private readonly state: RateState
  private readonly clock: Clock.Clock
  private readonly line = new WaitLine<WaitingStart>(() => this.serve(this.now))
  private armedFor = Infinity
  private disarm: (() => void) | undefined = undefined

  constructor(fiber: Fiber.Fiber<unknown, unknown>, state: RateState, clock: Clock.Clock, name: string | undefined) {
    this.state = state
    this.clock = clock
    this.name = name
    this.resource = openResource(fiber, "rate limit", name, this)
  }

  get figures(): Readonly<Record<string, number | string>> {
    return { borrowed: this.borrowed, waiting: this.waiting }
  }

  get waiting(): number {
    return this.line.size
  }

  get borrowed(): number {
    return this.state.borrowed(this.now)
  }

  /** Completes when the caller may start, in one step with its continuation. */
  readonly turn: Effect.Effect<void> = Effect.withFiber((fiber) => {
    if (tellFirst(fiber)) return this.turn
    if (this.canStart()) return this.start
    const kind = this.name === undefined ? "a rate limit" : "rate limit"
    return waitHere(fiber, (waiter) => this.stand(waiter), this.turn, kind, this)
  })

  private readonly start: Effect.Effect<void> = inOneStep(
    (fiber) => {
      if (tellFirst(fiber) || !this.canStart()) retreat()
      this.state.start(this.now, false)
    },
    () => this.turn
  )

  resize(times: number): void {
    this.state.resize(this.now, times)
    this.serve(this.now)
  }

  received(): void {}

  /** Who was let in was cancelled before it began. */
  takeBack(): Effect.Effect<void> {
    this.state.giveBack()
    this.serve(this.now)
    return Effect.void
  }

  private get now(): number {
    return nowOn(this.clock)
  }

  private canStart(): boolean {
    return this.state.nextAt <= this.now && this.line.first() === undefined
  }

  private stand(waiter: Waiter<void>): (() => void) | undefined {
    if (this.canStart()) return undefined
    const place = new WaitingStart(waiter)
    this.line.add(place)
    this.arm()
    return () => {
      this.line.remove(place)
      this.arm()
    }
  }

  private serve(now: number): void {
    for (let place = this.line.first(); place !== undefined && this.state.nextAt <= now; place = this.line.first()) {
      this.line.remove(place)
      this.state.start(now, true)
      place.waiter.give(undefined, this)
    }
    this.arm()
  }

  private arm(): void {
    const at = this.line.first() === undefined ? Infinity : this.state.nextAt
    if (at === this.armedFor) return
    this.disarm?.()
    this.armedFor = at
    this.disarm =
      at === Infinity
        ? undefined
        : timerOn(this.clock, at, "sleep", () => {
            this.disarm = undefined
            this.armedFor = Infinity
            // A clock of whole nanoseconds may read a little less than what it was set to.
            this.serve(Math.max(this.now, at))
          })
  }
}

class WaitingStart extends Place {
  // Sound: it is only told that it may start.
  declare readonly waiter: Waiter<void>
}
