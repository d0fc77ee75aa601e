/** Frames that are not the user's: of Node, of Effect, of this library, and of a test runner. */
const foreign =
  /\(?node:|[\\/]node_modules[\\/](?:effect|@effect|@ferrule|ferrule|vitest|@vitest)[\\/]|<anonymous>$|native\)?$/

/** Whether a line of a stack is in nobody's own code. */
export const isForeign = (frame: string): boolean => foreign.test(frame)

/** `src/jobs.ts:12:3`: the innermost line of the user's own code in a stack; nothing if there is none. */
export const placeOf = (stack: string | undefined): string | undefined => {
  const line = stack
    ?.split("\n")
    .slice(1)
    .find((frame) => !isForeign(frame))
  if (line === undefined) return undefined
  const place = /\(([^()]*)\)\s*$/.exec(line)?.[1] ?? line.trim().replace(/^at (?:async )?/, "")
  return place.replace(/^file:\/\//, "")
}

/** Takes the stack down to `above`, whose own frame and all above it are left out; it is made into text when asked. */
export const stackFrom = (above: (...args: never) => unknown): { readonly stack?: string } => {
  const holder: { readonly stack?: string } = {}
  // V8's own; elsewhere there is no place to be had cheaply.
  ;(Error as { captureStackTrace?: (target: object, above: unknown) => void }).captureStackTrace?.(holder, above)
  return holder
}
