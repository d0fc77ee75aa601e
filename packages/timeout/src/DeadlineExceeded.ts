import * as Data from "effect/Data"
import * as Duration from "effect/Duration"

/**
 * The error of a deadline that passed: which one (milliseconds on the monotonic clock), after how long, in which
 * scope (its path, outermost first), and the label that was given.
 *
 * @category errors
 * @since 0.1.0
 */
export class DeadlineExceeded extends Data.TaggedError("DeadlineExceeded")<{
  readonly deadline: number
  readonly elapsed: Duration.Duration
  readonly scope: string
  readonly label?: string
}> {
  declare readonly deadline: number
  declare readonly elapsed: Duration.Duration
  declare readonly scope: string
  declare readonly label?: string

  constructor(fields: {
    readonly deadline: number
    readonly elapsed: Duration.Duration
    readonly scope: string
    readonly label?: string | undefined
  }) {
    // Handed up they would be kept twice, and to make it would take twice as long: a deadline may end ten thousand waits.
    super(undefined as never)
    this.deadline = fields.deadline
    this.elapsed = fields.elapsed
    this.scope = fields.scope
    if (fields.label !== undefined) this.label = fields.label
  }

  override get message(): string {
    const what = this.label === undefined ? "the deadline" : `the deadline of "${this.label}"`
    const after = `${Math.round(Duration.toMillis(this.elapsed))} ms, at ${Math.round(this.deadline)} ms`
    return `${what} in "${this.scope}" passed after ${after} on the monotonic clock. Give it more time, or less to do.`
  }
}
