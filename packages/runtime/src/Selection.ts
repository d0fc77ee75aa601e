/**
 * A select that waits: one waiter, registered with several clauses. The first clause that gives something decides, and
 * the others are withdrawn in that very step; so a select commits once, and leaves no trace where it lost.
 *
 * Its states are a waiter's: see Waiter.ts. Those of a slot:
 *   standing    `standing` is set: the clause may fire it.
 *   withdrawn   `standing` is not: it was withdrawn, or its clause can never become ready any more.
 *
 * Invariant: `open` counts the slots that were registered and not closed. When it comes to 0 the wait ends as `exhausted`
 * says.
 * Invariant: when the select has decided, no slot stands any more.
 */
import type * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type { Clause, Standing } from "./Clause.ts"
import { type Handover, Waiter } from "./Waiter.ts"

/**
 * What a select gives: the name of the clause that committed, and its value.
 *
 * @category models
 * @since 0.1.0
 */
export interface Chosen {
  readonly _tag: string
  readonly value: unknown
}

/**
 * A waiting select, as the clauses see it through their slots.
 *
 * @category waiting
 * @since 0.1.0
 */
export class Selection extends Waiter<Chosen, unknown> {
  private readonly slots: Array<Slot<any, any>> = []
  private open = 0
  private readonly exhausted: () => Exit.Exit<never>

  /** `exhausted` gives what the select ends with when no clause can become ready any more. */
  constructor(
    fiber: Fiber.Fiber<unknown, unknown>,
    resume: (effect: Effect.Effect<Chosen, unknown>) => void,
    exhausted: () => Exit.Exit<never>
  ) {
    super(fiber, resume)
    this.exhausted = exhausted
  }

  /** Takes a place with one clause. A clause that decides at once leaves the later ones alone. */
  register<A, E>(name: string, clause: Clause<A, E>): void {
    if (!this.waiting) return
    const slot = new Slot<A, E>(this, name)
    this.slots.push(slot)
    this.open++
    slot.standing = clause.register(slot)
    // Decided while it registered.
    if (!this.waiting) slot.withdraw()
  }

  /** Gives up the places with all clauses. */
  withdrawAll(): void {
    for (const slot of this.slots) slot.withdraw()
  }

  /** One clause can never become ready any more. */
  closeSlot(): void {
    if (--this.open === 0 && this.waiting) this.end(this.exhausted())
  }
}

/**
 * The place of one clause in a select that waits; whoever fires the clause talks to it.
 *
 * @category waiting
 * @since 0.1.0
 */
export class Slot<in A, in E = never> {
  readonly selection: Selection
  private readonly name: string
  standing: Standing | undefined = undefined

  constructor(selection: Selection, name: string) {
    this.selection = selection
    this.name = name
  }

  /** The clause commits with `value`. */
  give(value: A, handover?: Handover): void {
    if (!this.selection.waiting) return
    // Decided before the others withdraw: that may end a channel, which would then fire another clause of this select.
    this.selection.give({ _tag: this.name, value }, handover)
    this.selection.withdrawAll()
  }

  /** The clause commits with a failure. */
  fail(exit: Exit.Exit<never, E>): void {
    if (!this.selection.waiting) return
    this.selection.end(exit)
    this.selection.withdrawAll()
  }

  /** The clause can never become ready any more. */
  never(): void {
    if (this.standing === undefined) return
    this.withdraw()
    this.selection.closeSlot()
  }

  /** Gives the clause's place up. */
  withdraw(): void {
    const standing = this.standing
    this.standing = undefined
    standing?.withdraw()
  }
}
