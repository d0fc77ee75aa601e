/**
 * A mutex: a semaphore of one permit that knows who is in. Code inside carries its stay in its context, through scopes
 * and tasks that it starts, so that what may only be done inside can be told from what is done elsewhere.
 */
import { openResource } from "@ferrule/runtime"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import { PermitState } from "./permitState.ts"
import { taken, Taking } from "./Taking.ts"

/** The innermost stay that the running code is part of. */
const CurrentStay: Context.Reference<Stay | undefined> = Context.Reference<Stay | undefined>(
  "~ferrule/sync/0.1/CurrentStay",
  { defaultValue: () => undefined }
)

/**
 * One stay in a mutex, from its entry to its exit. Between them a wait on a condition leaves the mutex and comes back:
 * each time inside is one `Taking`.
 */
export class Stay {
  readonly mutex: MutexState
  readonly outer: Stay | undefined
  readonly fiber: Fiber.Fiber<unknown, unknown>
  taking: Taking
  private over = false
  private before: Context.Context<never> | undefined = undefined
  private within: Context.Context<never> | undefined = undefined

  constructor(mutex: MutexState, fiber: Fiber.Fiber<unknown, unknown>) {
    this.mutex = mutex
    this.outer = Context.getOrUndefined(fiber.context, CurrentStay)
    this.fiber = fiber
    this.taking = new Taking(mutex.permits, 1)
  }

  /** Whether the mutex is held for it now. */
  get inside(): boolean {
    return this.taking.held
  }

  /** Whoever waited on a condition is back in. A stay that is over meanwhile has nobody left to leave: it does so now. */
  returned(taking: Taking): void {
    this.taking = taking
    if (this.over) taking.giveBack()
  }

  /** `self`, as a part of this stay. */
  around<A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.suspend(() => {
      this.before = this.fiber.context
      this.within = Context.add(this.before, CurrentStay, this)
      this.fiber.setContext(this.within)
      return self
    })
  }

  end(): undefined {
    this.over = true
    this.taking.giveBack()
    const { before, fiber, within } = this
    if (before === undefined) return undefined
    // What the code inside has changed in its context, log annotations say, stays.
    fiber.setContext(fiber.context === within ? before : Context.add(fiber.context, CurrentStay, this.outer))
  }
}

export class MutexState {
  readonly permits: PermitState

  constructor(fiber: Fiber.Fiber<unknown, unknown>, name: string | undefined) {
    this.permits = new PermitState(1, "mutex", name)
    this.permits.resource = openResource(fiber, "mutex", name, this.permits)
  }

  /** `the mutex`, `mutex "accounts"`. */
  get called(): string {
    return this.permits.name === undefined ? "the mutex" : this.permits.called
  }

  /** Runs `self` inside. */
  locked<A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.withFiber((fiber) => {
      const stay = new Stay(this, fiber)
      if (this.stayAround(stay.outer, (outer) => outer.fiber === fiber && outer.inside) !== undefined) {
        throw new Error(
          `this fiber holds ${this.called} already, and would wait for itself for ever. Lock it once, around all that needs it.`
        )
      }
      return Effect.onExitPrimitive(taken(stay.taking, stay.around(self)), () => stay.end())
    })
  }

  /** The stay in this mutex that the fiber's code is part of, if it is in now. */
  stayOf(fiber: Fiber.Fiber<unknown, unknown>): Stay | undefined {
    return this.stayAround(Context.getOrUndefined(fiber.context, CurrentStay), (stay) => stay.inside)
  }

  private stayAround(innermost: Stay | undefined, wanted: (stay: Stay) => boolean): Stay | undefined {
    let stay = innermost
    while (stay !== undefined && !(stay.mutex === this && wanted(stay))) stay = stay.outer
    return stay
  }
}
