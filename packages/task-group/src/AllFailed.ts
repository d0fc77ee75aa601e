import * as Data from "effect/Data"

/**
 * The error when every attempt failed: all their errors, in time order.
 *
 * @category errors
 * @since 0.1.0
 */
export class AllFailed<E> extends Data.TaggedError("AllFailed")<{
  readonly errors: readonly [unknown, ...Array<unknown>]
}> {
  declare readonly errors: readonly [E, ...Array<E>]

  override get message(): string {
    return `all ${this.errors.length} attempts failed: ${this.errors.map(String).join("; ")}. See errors for each of them.`
  }
}
