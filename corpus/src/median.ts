/** The middle one; of an even number of them, the lower of the two. */
export const median = (figures: ReadonlyArray<number>): number | undefined =>
  figures.toSorted((a, b) => a - b)[Math.ceil(figures.length / 2) - 1]
