import type { Clause, Readiness, Slot, Standing, WaitedFor } from "@ferrule/runtime"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type { Permits } from "../Semaphore.ts"
import type { PermitState } from "./permitState.ts"
import { kindOf, Taking, WaitingClause } from "./Taking.ts"

/** The clause of `Sync.acquiring`. It may be used in several selects, one after another or at once. */
export class AcquiringClause implements Clause<Permits> {
  private readonly state: PermitState
  private readonly weight: number

  constructor(state: PermitState, weight: number) {
    this.state = state
    this.weight = weight
  }

  get line(): object {
    return this.state.line
  }

  get waitsFor(): { readonly kind: string; readonly what: WaitedFor } {
    return { kind: kindOf(this.state), what: this.state }
  }

  poll(): Readiness {
    this.state.check(this.weight)
    return this.state.canTake(this.weight) ? "ready" : "waiting"
  }

  commit(fiber: Fiber.Fiber<unknown, unknown>): Exit.Exit<Permits> {
    const taking = new Taking(this.state, this.weight)
    taking.tryNow(fiber)
    return Exit.succeed(taking)
  }

  register(slot: Slot<Permits>): Standing {
    const place = new WaitingClause(slot, new Taking(this.state, this.weight))
    this.state.line.add(place)
    return place
  }
}
