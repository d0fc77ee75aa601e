/** A row of the import. */
export interface Reading {
  readonly id: number
  readonly sensor: number
  readonly value: number
}

/** The reading with this id: always the same, so that an answer of the database can be checked. */
export const readingOf = (id: number): Reading => ({ id, sensor: id % 97, value: (id * 7919) % 10_007 })
