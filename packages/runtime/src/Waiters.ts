/**
 *   none      neither `only` nor `all` is set.
 *   one       `only` is set.
 *   several   `all` is set, from the second that came on, however many are left of them.
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
  private all: Set<Recipient<A>> | undefined = undefined

  constructor(first: Recipient<A>) {
    this.only = first
  }

  /** How many wait. */
  get size(): number {
    return this.all === undefined ? (this.only === undefined ? 0 : 1) : this.all.size
  }

  /** One more waits. */
  add(waiter: Recipient<A>): void {
    if (this.all !== undefined) this.all.add(waiter)
    else if (this.only === undefined) this.only = waiter
    else {
      this.all = new Set([this.only, waiter])
      this.only = undefined
    }
  }

  /** One has left. */
  remove(waiter: Recipient<A>): void {
    if (this.only === waiter) this.only = undefined
    else this.all?.delete(waiter)
  }

  /** What they wait for has come. */
  giveAll(value: A): void {
    this.only?.give(value)
    if (this.all !== undefined) for (const waiter of this.all) waiter.give(value)
    this.only = this.all = undefined
  }
}
