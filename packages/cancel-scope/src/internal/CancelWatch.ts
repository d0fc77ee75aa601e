/**
 *   open        `slots` are the selects that wait for the cancel.
 *   cancelled   the scope is marked: each of them was given the trace, and later ones are ready at once.
 *   over        the scope has ended without: none of them can become ready any more.
 */
import type { CancelNode, CancelTrace, Clause, Readiness, Slot, Standing, WaitedFor } from "@ferrule/runtime"
import * as Exit from "effect/Exit"

/** The cancel of a scope as a clause of a select, and the selects that wait for it. Made when somebody asks for it. */
export class CancelWatch implements Clause<CancelTrace> {
  private readonly node: CancelNode
  private readonly slots = new Set<Slot<CancelTrace>>()

  constructor(node: CancelNode) {
    this.node = node
  }

  get waitsFor(): { readonly kind: string; readonly what: WaitedFor } {
    return { kind: "the cancel of", what: { name: this.node.name } }
  }

  poll(): Readiness {
    if (this.node.trace !== undefined) return "ready"
    return this.node.hasEnded ? "never" : "waiting"
  }

  commit(): Exit.Exit<CancelTrace> {
    // Sound: `poll` said ready in this step.
    return Exit.succeed(this.node.trace!)
  }

  register(slot: Slot<CancelTrace>): Standing {
    this.slots.add(slot)
    return { withdraw: () => void this.slots.delete(slot) }
  }

  /** The scope was cancelled. */
  cancelled(trace: CancelTrace): void {
    for (const slot of this.slots) slot.give(trace)
  }

  /** The scope has ended: from now on it cannot be cancelled any more. */
  ended(): void {
    for (const slot of this.slots) slot.never()
  }
}
