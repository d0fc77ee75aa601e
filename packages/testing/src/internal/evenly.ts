/** The numbers from 0 up to `count`; at most `samples` of them, evenly spaced, the first one among them. */
export const evenly = function* (count: number, samples: number | undefined): Generator<number> {
  const taken = Math.min(count, samples ?? count)
  for (let i = 0; i < taken; i++) yield Math.floor((i * count) / taken)
}
