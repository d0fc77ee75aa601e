interface Shown {
  message: string
  stack?: string
}

/**
 * Says the note beside the last error of a test that failed without throwing: a soft assertion, or its time is up. One
 * that was thrown has it already.
 */
export const sayBeside = (errors: ReadonlyArray<Shown> | undefined, note: string): void => {
  const last = errors?.at(-1)
  if (last === undefined || note === "" || errors!.some(({ message }) => message.includes(note))) return
  const message = `${last.message}\n\n${note}`
  // The message may come with a replacement pattern in it.
  const stack = last.stack?.replace(last.message, () => message)
  last.message = message
  if (stack !== undefined) last.stack = stack
}
