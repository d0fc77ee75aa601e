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
  override get message(): string {
    const what = this.label === undefined ? "the deadline" : `the deadline of "${this.label}"`
    const after = `${Math.round(Duration.toMillis(this.elapsed))} ms, at ${Math.round(this.deadline)} ms`
    return `${what} in "${this.scope}" passed after ${after} on the monotonic clock. Give it more time, or less to do.`
  }
}
