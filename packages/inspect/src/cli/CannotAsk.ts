import * as Data from "effect/Data"

/** What keeps a command from its work, said to whoever typed it. */
export class CannotAsk extends Data.TaggedError("CannotAsk")<{
  readonly message: string
  /** What the process ends with: 1 when there is nothing to show, 2 for a command that cannot be read. */
  readonly status: 1 | 2
  /** Nobody answers there any more. */
  readonly isGone?: boolean
}> {}
