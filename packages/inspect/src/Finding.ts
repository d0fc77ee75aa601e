/**
 * One task of a circle, and what the next one has that it waits for.
 *
 * @category models
 * @since 0.1.0
 */
export interface CircleStep {
  readonly id: number
  readonly name: string
  /** What it waits for, in words. */
  readonly on: string
}

/**
 * Tasks each of which waits for the next, and the last for the first: through joins, locks and permits that are held, and
 * groups that wait for their tasks. None of them can go on, as far as each does one thing at a time: a fiber that a task
 * has forked by itself is not seen.
 *
 * @category models
 * @since 0.1.0
 */
export interface DeadlockFound {
  readonly _tag: "Deadlock"
  readonly circle: ReadonlyArray<CircleStep>
  /** Milliseconds since the last of them began to wait. */
  readonly for: number
  /** The finding in a sentence. */
  readonly text: string
}

/**
 * A wait that nobody who is known can end. `because` says what is known.
 *
 * @category models
 * @since 0.1.0
 */
export interface OrphanedWaitFound {
  readonly _tag: "OrphanedWait"
  readonly id: number
  readonly name: string
  readonly on: string
  /** Milliseconds since it began to wait. */
  readonly for: number
  readonly resource?: number
  /**
   * All who had taken what it waits for have ended without giving it back. Otherwise it is only known that everybody
   * waits in the part of the program where it was made: so does a server that is idle, and fed by callbacks.
   */
  readonly certain: boolean
  readonly because: string
  /** The finding in a sentence. */
  readonly text: string
}

/**
 * Somebody who was cancelled a while ago and has not stopped. Of a whole branch only those are named whom nobody below
 * them holds up.
 *
 * @category models
 * @since 0.1.0
 */
export interface LaggardFound {
  readonly _tag: "Laggard"
  readonly id: number
  readonly name: string
  /** Milliseconds since the cancel. */
  readonly ago: number
  /** What it waits for, where that is of this library. */
  readonly on?: string
  /** The finding in a sentence. */
  readonly text: string
}

/**
 * What looks wrong in a running program.
 *
 * @category models
 * @since 0.1.0
 */
export type Finding = DeadlockFound | OrphanedWaitFound | LaggardFound
