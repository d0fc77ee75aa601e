/**
 * When tasks began, with nothing kept for each: a fiber has a greater number than those before it, so it is enough to
 * know from which number on a new time held.
 *
 * Invariant: a task that has begun with a number up to `newest` is in `late`, or began at the time that holds for it.
 */
import { Changes } from "./Changes.ts"

/** There is no need to forget anything before there are so many times. */
const fewest = 4096

export class Beginnings {
  private newest = -1
  readonly times = new Changes<number>()
  private thinAt = fewest
  /** Of fibers that a scheduler kept from beginning until greater numbers had begun. */
  private readonly late = new Map<number, number>()

  /** Whatever begins from now on begins at that time. */
  now(at: number): void {
    if (this.times.length >= this.thinAt) this.thin(at)
    this.times.note(this.newest + 1, at)
  }

  /** It begins, at the time `at` that it is now. */
  begins(id: number, at: number): void {
    if (id > this.newest) this.newest = id
    else this.late.set(id, at)
  }

  ends(id: number): void {
    if (this.late.size > 0) this.late.delete(id)
  }

  /** When that number began, which has begun and not ended: to a thousandth of its age. */
  of(id: number): number {
    // Sound: there is a time before anything begins.
    return this.late.get(id) ?? this.times.of(id)!
  }

  /** Forgets a time where the one before says nearly the same: of an hour few seconds matter. */
  private thin(now: number): void {
    const { times } = this
    const all = times.values.slice()
    let before = all[0]!
    times.filter((place) => {
      const age = now - all[place]!
      if (place > 0 && ((all[place + 1] ?? now) - before) * 1000 <= age) return false
      before = all[place]!
      return true
    })
    this.thinAt = Math.max(fewest, 2 * times.length)
  }
}
