/**
 * Where a run of `cancelEverywhere` is cancelled. Steps count from 1, and the cancel comes before that step. A step is
 * an operation of a fiber, a wake-up, the end of a sleep, a deadline, or that every task waits.
 *
 * @category models
 * @since 0.1.0
 */
export interface CancelPoint {
  /** How: by an interrupt of the root fiber, or by a cancel of the scope around the program. */
  readonly by: "interrupt" | "scope"
  readonly step: number
  /** The step before which a second cancel comes, by both ways at once as far as there are both. */
  readonly again?: number | undefined
}

/** As one would write it in a program. */
export const textOf = ({ by, step, again }: CancelPoint): string =>
  `{ by: "${by}", step: ${step}${again === undefined ? "" : `, again: ${again}`} }`
