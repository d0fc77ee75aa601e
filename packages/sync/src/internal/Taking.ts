/**
 * Some permits of a semaphore on their way to somebody, with somebody, and back. States, and what is true in each:
 *   out     the semaphore has them, or others do.
 *   held    they were taken, or granted to the one who waits: nobody else can have them.
 *   back    they were held, and given back.
 */
import {
  type Figured,
  type Handover,
  type OpenResource,
  Place,
  type Slot,
  type Standing,
  tellFirst,
  type Waiter,
  waitHere
} from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type { Permits } from "../Semaphore.ts"
import type { PermitState, Taker } from "./permitState.ts"

export class Taking implements Permits, Handover, Figured {
  readonly state: PermitState
  readonly weight: number
  private stage: "out" | "held" | "back" = "out"
  /** While it is held and somebody watches. */
  declare private resource: OpenResource | undefined

  constructor(state: PermitState, weight: number) {
    state.check(weight)
    this.state = state
    this.weight = weight
  }

  get held(): boolean {
    return this.stage === "held"
  }

  get figures(): Readonly<Record<string, number | string>> {
    return { permits: this.weight }
  }

  /** Takes them, for the code of `fiber`, if they can be had in this very step. */
  tryNow(fiber: Fiber.Fiber<unknown, unknown>): boolean {
    if (!this.state.canTake(this.weight)) return false
    this.state.take(this.weight)
    this.granted(fiber)
    return true
  }

  /** They were granted to the code of `fiber`. */
  granted(fiber: Fiber.Fiber<unknown, unknown>): void {
    this.stage = "held"
    const whole = this.state.resource
    if (whole !== undefined) this.resource = whole.part(fiber, this.state.kind === "mutex" ? "stay" : "permits", this)
  }

  /** Gives them back if they are held. */
  giveBack(): undefined {
    if (this.stage !== "held") return undefined
    this.stage = "back"
    if (this.state.resource !== undefined) this.resource?.close()
    this.state.release(this.weight)
  }

  // No `operation`: to give back is not refused where a cancel is on its way.
  get release(): Effect.Effect<void> {
    return Effect.sync(() => {
      if (this.stage !== "held") {
        const which = `${this.weight === 1 ? "this permit" : `these ${this.weight} permits`} of ${this.state.called}`
        throw new Error(
          `${which} ${this.weight === 1 ? "was" : "were"} released before. Release what was acquired once, or let \`withPermits\` do it.`
        )
      }
      this.giveBack()
    })
  }

  received(): void {}

  takeBack(): Effect.Effect<void> {
    this.giveBack()
    return Effect.void
  }
}

/**
 * Takes the permits, waiting for them, and then runs `self`. Whoever calls it gives back at the end, on any exit: between
 * the step in which they are taken and `self` others may run, and may cancel.
 */
export const taken = <A, E, R>(taking: Taking, self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
  const look: Effect.Effect<A, E, R> = Effect.withFiber((fiber) => {
    if (tellFirst(fiber)) return look
    return taking.tryNow(fiber) ? self : Effect.flatMap(waited(fiber, taking), () => (taking.held ? self : look))
  })
  return look
}

/** Waits in line. It comes back without the permits if there was no need to wait any more. */
const waited = (fiber: Fiber.Fiber<unknown, unknown>, taking: Taking): Effect.Effect<void> =>
  waitHere(
    fiber,
    (waiter: Waiter<void>) => {
      const { state } = taking
      if (state.canTake(taking.weight)) return undefined
      const place = new WaitingTake(waiter, taking)
      state.line.add(place)
      return () => state.withdraw(place)
    },
    Effect.void,
    kindOf(taking.state),
    taking.state
  )

/** What is waited for, before the name, if there is one. */
export const kindOf = ({ kind, name }: PermitState): string => {
  const which = name === undefined ? `a ${kind}` : kind
  return kind === "semaphore" ? `a permit of ${which}` : which
}

class WaitingTake extends Place implements Taker {
  // Sound: it is only told that it has what it waits for.
  declare readonly waiter: Waiter<void>
  readonly weight: number
  private readonly taking: Taking

  constructor(waiter: Waiter<void>, taking: Taking) {
    super(waiter)
    this.weight = taking.weight
    this.taking = taking
  }

  granted(): void {
    this.taking.granted(this.waiter.fiber)
    this.waiter.give(undefined, this.taking)
  }
}

/** The place of an `acquiring` clause. */
export class WaitingClause extends Place implements Taker, Standing {
  readonly weight: number
  private readonly slot: Slot<Permits>
  private readonly taking: Taking

  constructor(slot: Slot<Permits>, taking: Taking) {
    super(slot.selection)
    this.slot = slot
    this.weight = taking.weight
    this.taking = taking
  }

  granted(): void {
    this.taking.granted(this.slot.selection.fiber)
    // A select that has just decided for another clause withdraws this one in a moment.
    if (this.slot.selection.waiting) this.slot.give(this.taking, this.taking)
    else this.taking.giveBack()
  }

  override withdraw(): void {
    if (this.line !== undefined) this.taking.state.withdraw(this)
  }
}
