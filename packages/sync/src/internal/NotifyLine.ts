/**
 * Those who wait on a condition. States of one who waits, and what is true in each:
 *   waiting    it stands in the line of the condition, and the mutex is not held for it.
 *   notified   it stands in the line of the mutex.
 *   back in    the mutex is held for it, and it goes on, or is cancelled and goes on to its cleanup.
 *
 * Invariant: a notification is with one who goes on. One who got it and is cancelled passes it on.
 * Invariant: `owed` counts notifications that found only places that are skipped: those of waiters that will be told of a
 * cancel in a moment. It is never more than there are such places.
 */
import {
  type Figured,
  type Handover,
  openResource,
  type OpenResource,
  Place,
  type WaitedFor,
  type Waiter,
  waitHere,
  WaitLine
} from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type { MutexState, Stay } from "./MutexState.ts"
import type { Taker } from "./permitState.ts"
import { taken, Taking } from "./Taking.ts"

export class NotifyLine implements Figured, WaitedFor {
  readonly mutex: MutexState
  readonly name: string | undefined
  /** Set if somebody watches the mutex. */
  readonly resource: OpenResource | undefined
  private readonly line = new WaitLine<Waiting>((place) => this.serve(place))
  private owed = 0

  constructor(fiber: Fiber.Fiber<unknown, unknown>, mutex: MutexState, name: string | undefined) {
    this.mutex = mutex
    this.name = name
    this.resource = openResource(fiber, "condition", name, this, mutex.permits.resource)
  }

  get figures(): Readonly<Record<string, number | string>> {
    return { waiting: this.line.size }
  }

  /** Leaves the mutex and waits. */
  wait(fiber: Fiber.Fiber<unknown, unknown>): Effect.Effect<void> {
    const stay = this.mutex.stayOf(fiber)
    const notInside = this.notInside
    if (stay === undefined) return notInside
    const kind = this.name === undefined ? "a condition" : "condition"
    // Others may run before it stands in line, and leave the mutex on its behalf.
    return waitHere(fiber, (waiter) => (stay.inside ? this.stand(waiter, stay) : undefined), notInside, kind, this)
  }

  private get notInside(): Effect.Effect<void> {
    const which = this.name === undefined ? "the condition" : `condition "${this.name}"`
    return Effect.suspend(() =>
      Effect.die(new Error(`cannot wait on ${which} outside of its mutex. Wait inside: \`waiting.pipe(mutex)\`.`))
    )
  }

  private stand(waiter: Waiter<void>, stay: Stay): () => Effect.Effect<void> {
    const place = new Waiting(waiter, stay, this)
    this.line.add(place)
    stay.taking.giveBack()
    return () => this.leave(place)
  }

  /** Notifies the first `count` that wait. */
  notify(count: number): void {
    for (let left = count; left > 0; left--) {
      const place = this.line.first()
      if (place === undefined) {
        this.owed = Math.min(this.owed + left, this.line.size)
        return
      }
      this.admit(place)
    }
  }

  private admit(place: Waiting): void {
    this.line.remove(place)
    this.mutex.permits.stand(place)
  }

  /** One that was passed over turned out to be cleanup, which waits like anybody. */
  private serve(place: Waiting): void {
    if (this.owed === 0) return
    this.owed--
    this.admit(place)
  }

  /** One that waits is cancelled. */
  private leave(place: Waiting): Effect.Effect<void> {
    if (place.line === this.line) {
      this.line.remove(place)
      this.owed = Math.min(this.owed, this.line.all().filter(({ skipped }) => skipped).length)
    } else {
      this.mutex.permits.withdraw(place)
      this.notify(1)
    }
    return comeBack(place.stay)
  }
}

/** As cleanup, so it is waited for. */
const comeBack = (stay: Stay): Effect.Effect<void> =>
  Effect.suspend(() => {
    const taking = new Taking(stay.mutex.permits, 1)
    return taken(
      taking,
      Effect.sync(() => stay.returned(taking))
    )
  })

class Waiting extends Place implements Taker, Handover {
  readonly weight = 1
  // Sound: it is only told that it can go on.
  declare readonly waiter: Waiter<void>
  readonly stay: Stay
  private readonly owner: NotifyLine

  constructor(waiter: Waiter<void>, stay: Stay, owner: NotifyLine) {
    super(waiter)
    this.stay = stay
    this.owner = owner
  }

  granted(): void {
    const taking = new Taking(this.stay.mutex.permits, 1)
    taking.granted(this.waiter.fiber)
    this.stay.returned(taking)
    this.waiter.give(undefined, this)
  }

  received(): void {}

  /** It has the mutex, as its cleanup should; the notification is another's. */
  takeBack(): Effect.Effect<void> {
    this.owner.notify(1)
    return Effect.void
  }
}
