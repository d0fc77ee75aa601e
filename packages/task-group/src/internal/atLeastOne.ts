/** Refuses a limit that lets nothing run. */
export const atLeastOne = (limit: number, name: string): void => {
  if (!(limit >= 1)) throw new RangeError(`the limit of "${name}" is ${limit}: nothing could ever run. Pass 1 or more.`)
}
