/** Frames that are not the user's: of Node, of Effect, of this library, and of a test runner. */
const foreign =
  /\(?node:|[\\/]node_modules[\\/](?:effect|@effect|@ferrule|ferrule|vitest|@vitest)[\\/]|<anonymous>\)?$|native\)?$/

/** Where this package and those that it stands on lie side by side, installed or in their repository. */
const home = /^(?:file:\/\/)?(.*[\\/])[^\\/]+[\\/](?:src|dist)[\\/]/.exec(import.meta.url)?.[1]

const isOurs = (frame: string): boolean => {
  const at = home === undefined ? -1 : frame.indexOf(home)
  return at >= 0 && /^[^\\/]+[\\/](?:src|dist)[\\/]/.test(frame.slice(at + home!.length))
}

/** Whether a line of a stack is in nobody's own code. */
export const isForeign = (frame: string): boolean => foreign.test(frame) || isOurs(frame)

const ofRunner = /[\\/]node_modules[\\/](?:vitest|@vitest)[\\/]/

/** Whether a test runner made it by itself: the innermost line of the stack that is not Node's is the runner's. */
export const isOfRunner = (stack: string | undefined): boolean => {
  const line = stack?.split("\n").find((frame) => /^\s+at /.test(frame) && !/\(?node:/.test(frame))
  return line !== undefined && ofRunner.test(line)
}

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

/** As V8 has it; elsewhere there is no place to be had cheaply. */
interface Capturing {
  stackTraceLimit: number
  captureStackTrace?(target: object, above: unknown): void
}

/** Between a line of a program and what it makes lie the frames of Effect, many of them. */
const frames = 40

/** Takes the stack down to `above`, whose own frame and all above it are left out; it is made into text when asked. */
export const stackFrom = (above: (...args: never) => unknown): { readonly stack?: string } => {
  const holder: { readonly stack?: string } = {}
  const errors = Error as unknown as Capturing
  const usual = errors.stackTraceLimit
  errors.stackTraceLimit = frames
  errors.captureStackTrace?.(holder, above)
  errors.stackTraceLimit = usual
  return holder
}
