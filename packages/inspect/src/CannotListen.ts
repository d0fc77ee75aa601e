import * as Data from "effect/Data"

/**
 * The inspector could not open the address where it answers: it is taken, or the folder of its socket is not this user's
 * alone. The program itself has not begun; catch it to run without an inspector.
 *
 * @category errors
 * @since 0.1.0
 */
export class CannotListen extends Data.TaggedError("CannotListen")<{
  /** The path of the socket, or `127.0.0.1:<port>`. */
  readonly address: string
  readonly because: string
}> {
  override get message(): string {
    return `the inspector cannot answer at ${this.address}: ${this.because}`
  }
}
