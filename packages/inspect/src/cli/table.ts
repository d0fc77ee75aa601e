/** Columns of equal width: numbers to the right, words to the left, the last one as long as it is. */
export const table = (
  heads: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  right: ReadonlySet<number> = new Set()
): ReadonlyArray<string> => {
  const all = [heads, ...rows]
  const widths = heads.map((_, column) => all.reduce((most, row) => Math.max(most, row[column]!.length), 0))
  return all.map((row) =>
    row
      .map((cell, column) => (right.has(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join("  ")
      .trimEnd()
  )
}
