import { Data, Effect } from "effect"

/** What the file system refused, with its code, such as ENOENT. */
export class FileError extends Data.TaggedError("FileError")<{
  readonly code: string
  readonly message: string
}> {}

/** Makes the typed error of whatever a file operation failed with. */
export const fileError = (cause: unknown): FileError =>
  new FileError({
    code: cause instanceof Error && "code" in cause ? String(cause.code) : "UNKNOWN",
    message: cause instanceof Error ? cause.message : String(cause)
  })

/** Runs one operation of `node:fs/promises`. */
export const withFile = <A>(run: () => Promise<A>): Effect.Effect<A, FileError> =>
  Effect.tryPromise({ try: run, catch: fileError })
