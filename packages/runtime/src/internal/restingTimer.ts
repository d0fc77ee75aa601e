/**
 * One timer on the real clock. To set and clear one costs as much as all else of a timeout that does not fire; so one
 * that is of no use any more rests: it stays set, and keeps no process alive.
 *
 *   off       handle === undefined, and `at` is Infinity.
 *   set       it calls `fire` at `at`, or earlier if it was set for that before: whoever is called looks at the time.
 *   resting   set, and unreferenced.
 *
 *   off → set          `set`.
 *   set ⇄ resting      `rest`, `set`. Where timers cannot be unreferenced `rest` clears it.
 *   set → off          it fires; so does one that rests, if the process still runs.
 */

/** What setTimeout gives in Node and its like; elsewhere it is a number. */
interface Handle {
  ref?(): unknown
  unref?(): unknown
}

/** Beyond it Node's timers fire at once. */
const longest = 2 ** 31 - 1

/** A timer that can be told that nobody waits for it. */
export class RestingTimer {
  private at = Infinity
  private handle: Handle | number | undefined = undefined
  private resting = false
  private readonly fire: () => void

  constructor(fire: () => void) {
    this.fire = fire
  }

  /** Sees to it that `fire` is called at `at`, if not before. */
  set(at: number): void {
    if (at < this.at) {
      this.clear()
      this.at = at
      this.arm()
    } else if (this.resting) (this.handle as Handle).ref!()
    this.resting = false
  }

  /** Nobody waits for it. */
  rest(): void {
    if (this.handle === undefined || this.resting) return
    if (typeof this.handle === "number" || this.handle.unref === undefined) return this.clear()
    this.handle.unref()
    this.resting = true
  }

  private clear(): void {
    clearTimeout(this.handle as number | undefined)
    this.handle = undefined
    this.at = Infinity
  }

  private arm(): void {
    const wait = Math.ceil(this.at - performance.now())
    this.handle = setTimeout(this.due, Math.min(Math.max(wait, 1), longest))
  }

  private readonly due = (): void => {
    // Node may fire up to a millisecond early, and a long wait comes in parts: look again.
    if (performance.now() < this.at) {
      this.arm()
      if (this.resting) (this.handle as Handle).unref!()
      return
    }
    this.handle = undefined
    this.at = Infinity
    this.resting = false
    this.fire()
  }
}
