// As it is now: a test may have a fake one later, which stands still.
const { performance } = globalThis
const now = performance.now.bind(performance)

/** Milliseconds of real time, from some start. */
export const realMillis = (): number => now()
