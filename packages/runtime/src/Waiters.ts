/**
 *   none      neither `only` nor `several` is set.
 *   one       `only` is set.
 *   several   `several` is set, from the second that came on, however many are left of them.
 *
 * Invariant: never both.
 */

/**
 * Whom something can be given to: a `Waiter`, or what passes it on to a clause's `Slot`.
 *
 * @category waiting
 * @since 0.1.0
 */
export interface Recipient<in A> {
  /** What it waits for has come. */
  give(value: A): void
}

/**
 * Those who wait for the same one thing, first come first told. One is the rule, and costs no list.
 *
 * @category waiting
 * @since 0.1.0
 */
export class Waiters<A> {
  private only: Recipient<A> | undefined
  private several: Set<Recipient<A>> | undefined = undefined

  constructor(first: Recipient<A>) {
    this.only = first
  }

  /** How many wait. */
  get size(): number {
    return this.several === undefined ? (this.only === undefined ? 0 : 1) : this.several.size
  }

  /** Those who wait now. */
  all(): ReadonlyArray<Recipient<A>> {
    return this.several === undefined ? (this.only === undefined ? [] : [this.only]) : [...this.several]
  }

  /** One more waits. */
  add(waiter: Recipient<A>): void {
    if (this.several !== undefined) this.several.add(waiter)
    else if (this.only === undefined) this.only = waiter
    else {
      this.several = new Set([this.only, waiter])
      this.only = undefined
    }
  }

  /** One has left. */
  remove(waiter: Recipient<A>): void {
    if (this.only === waiter) this.only = undefined
    else this.several?.delete(waiter)
  }

  /** What they wait for has come. */
  giveAll(value: A): void {
    this.only?.give(value)
    if (this.several !== undefined) for (const waiter of this.several) waiter.give(value)
    this.only = this.several = undefined
  }
}
