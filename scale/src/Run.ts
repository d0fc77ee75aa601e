/** A claim about what happens at scale, and the program that shows it. */

/** "long" is what the claim says; "short" is what CI has time for. */
export type Size = "long" | "short"

export interface Run {
  readonly name: string
  readonly claim: string
  /** The process is killed after so many seconds. */
  readonly seconds: Readonly<Record<Size, number>>
  /** What node is given besides the limit of its heap. */
  readonly flags?: ReadonlyArray<string>
  /** Prints figures through `say`. Rejects if the claim does not hold. */
  readonly go: (size: Size, say: (line: string) => void) => Promise<void>
}

/** Throws unless `holds`. */
export const expect = (holds: boolean, claim: string): void => {
  if (!holds) throw new Error(`expected ${claim}`)
}
