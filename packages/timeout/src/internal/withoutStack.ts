/**
 * Makes an error that has no stack. That of an error which a timer raises shows the timer and never a line of the
 * user's, and to take it down costs more than all else of a timeout.
 */
export const withoutStack = <A>(make: () => A): A => {
  const limit = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit")
  if (limit?.writable !== true) return make()
  Error.stackTraceLimit = 0
  try {
    return make()
  } finally {
    Error.stackTraceLimit = limit.value
  }
}
