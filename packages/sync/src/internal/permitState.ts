/**
 * What a semaphore does, without Effect, clock or randomness. Everything here happens in the step that asks for it; whoever
 * waits is served through its place (`granted`), which puts it into the wake queue and runs nothing.
 *
 * Invariants:
 *   1. `taken` is the sum of what was taken or granted and has not been released. It is more than `permits` only after a
 *      `resize`, until enough has been released.
 *   2. The first in line that can be served does not fit into what is free: small ones do not overtake large ones.
 */
import { type Figured, type OpenResource, type Place, type WaitedFor, WaitLine } from "@ferrule/runtime"

/** Somebody who waits for `weight` permits. */
export interface Taker extends Place {
  readonly weight: number
  /** The permits are its own from now on. */
  granted(): void
}

const wholeFromZero = (n: number): boolean => Number.isInteger(n) && n >= 0

export class PermitState implements Figured, WaitedFor {
  readonly kind: string
  readonly name: string | undefined
  /** Set if somebody watches. */
  resource: OpenResource | undefined = undefined
  readonly line = new WaitLine<Taker>(() => this.serve())
  permits: number
  taken = 0
  /** The most permits there ever were. */
  private most: number

  /** `kind` is what it is called in messages and reports. */
  constructor(permits: number, kind = "semaphore", name?: string) {
    this.kind = kind
    this.name = name
    this.permits = this.most = sizeOf(permits, this.called)
  }

  /** `a semaphore`, `semaphore "db"`. */
  get called(): string {
    return this.name === undefined ? `a ${this.kind}` : `${this.kind} "${this.name}"`
  }

  get figures(): Readonly<Record<string, number | string>> {
    return { permits: this.permits, taken: this.taken, waiting: this.line.size }
  }

  /** How many could be taken if nobody waited. */
  get available(): number {
    return Math.max(0, this.permits - this.taken)
  }

  /** Throws if `weight` permits make no sense, or can never be had. */
  check(weight: number): void {
    if (!wholeFromZero(weight)) {
      throw new RangeError(
        `cannot take ${weight} permits of ${this.called} of ${this.permits}. Pass a whole number from 0 on.`
      )
    }
    // One can be waited for also while there is none: then a resize is to come.
    if (weight > 1 && weight > this.most) {
      throw new RangeError(
        `cannot take ${weight} permits of ${this.called} of ${this.permits}: it never had that many, and one would wait for ever. Take at most ${this.most}, or \`resize\` it before.`
      )
    }
  }

  /** Whether one who comes now can have `weight` permits. */
  canTake(weight: number): boolean {
    return this.fits(weight) && this.line.first() === undefined
  }

  /** Takes `weight` permits. Ask `canTake` first. */
  take(weight: number): void {
    this.taken += weight
  }

  /** Gives permits back, which the next in line get in this very step. */
  release(weight: number): void {
    this.taken -= weight
    this.serve()
  }

  /** Stands last in line, and is served at once if there is nobody before and room. */
  stand(taker: Taker): void {
    this.line.add(taker)
    this.serve()
  }

  /** A place is given up: those behind it may fit. */
  withdraw(taker: Taker): void {
    this.line.remove(taker)
    this.serve()
  }

  /** Changes how many permits there are. Nobody loses what it has: with fewer permits the next ones wait longer. */
  resize(permits: number): void {
    this.permits = sizeOf(permits, this.called)
    this.most = Math.max(this.most, permits)
    this.serve()
  }

  private fits(weight: number): boolean {
    return this.taken + weight <= this.permits
  }

  private serve(): void {
    for (let taker = this.line.first(); taker !== undefined && this.fits(taker.weight); taker = this.line.first()) {
      this.line.remove(taker)
      this.taken += taker.weight
      // It may withdraw other places, and so come back here: all is in order before.
      taker.granted()
    }
  }
}

const sizeOf = (permits: number, called: string): number => {
  if (wholeFromZero(permits) || permits === Infinity) return permits
  throw new RangeError(`${called} cannot have ${permits} permits. Pass a whole number from 0 on, or Infinity.`)
}
