import { type Place, WaitLine } from "@ferrule/runtime"

/** A place of one who waits on a receiver. */
interface Reading extends Place {
  /** The receiver it waits on. */
  readonly handle: object
}

/**
 * A line of those who wait on the receivers of one channel. It knows of each clone who waits on it, so that a hundred
 * thousand clones, cancelled one by one, do not each look through the whole line. Only the first handle does: once.
 */
export class ReaderLine<P extends Reading> extends WaitLine<P> {
  private ofClones: WeakMap<object, Set<P>> | undefined = undefined

  /** From now on others may wait on `clone`. */
  know(clone: object): void {
    this.ofClones ??= new WeakMap()
    this.ofClones.set(clone, new Set())
  }

  /** Those who wait on `handle`, first come first. */
  on(handle: object): ReadonlyArray<P> {
    const own = this.ofClones?.get(handle)
    return own === undefined ? this.all().filter((place) => place.handle === handle) : [...own]
  }

  override add(place: P): void {
    super.add(place)
    if (this.ofClones !== undefined) this.ofClones.get(place.handle)?.add(place)
  }

  override remove(place: P): void {
    if (this.ofClones !== undefined) this.ofClones.get(place.handle)?.delete(place)
    super.remove(place)
  }
}
