import type { Waiter } from "./Waiter.ts"

/**
 * Those who wait for the same one thing, first come first told. One is the rule, and costs no list.
 *
 * @category waiting
 * @since 0.1.0
 */
export class Waiters<A> {
  private only: Waiter<A> | undefined
  private all: Set<Waiter<A>> | undefined = undefined

  constructor(first: Waiter<A>) {
    this.only = first
  }

  /** One more waits. */
  add(waiter: Waiter<A>): void {
    if (this.all !== undefined) this.all.add(waiter)
    else if (this.only === undefined) this.only = waiter
    else {
      this.all = new Set([this.only, waiter])
      this.only = undefined
    }
  }

  /** One has left. */
  remove(waiter: Waiter<A>): void {
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
