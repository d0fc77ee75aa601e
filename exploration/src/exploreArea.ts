/** Explores one package: the programs that claim its rules, and then those that a seed makes up. */
import { Effect } from "effect"
import type { Area } from "./areas.ts"
import type { Program } from "./Program.ts"
import { type Amount, split } from "./split.ts"
import { type Tried, tryProgram } from "./tryProgram.ts"

export interface AreaOptions {
  readonly amount: Amount
  /** Goes on with other seeds until so many seconds have passed. */
  readonly seconds: number
  readonly onTried: (tried: Tried, kind: "claimed" | "made") => void
}

const attempt = (program: Program, amount: Parameters<typeof tryProgram>[1]): Promise<Tried> =>
  Effect.runPromise(tryProgram(program, amount))

/** Stops at nothing: each program that breaks is reported. */
export const exploreArea = async (area: Area, { amount, onTried, seconds }: AreaOptions): Promise<void> => {
  const began = performance.now()
  const hasTime = (): boolean => performance.now() - began < seconds * 1_000
  for (let seed = 0; seed === 0 || hasTime(); seed++) {
    const broken = await claimed(area, amount, seed, onTried)
    if ((await made(area, amount, seed, onTried)) || broken) return
  }
}

/** Depth-first is the same with every seed. */
const claimed = async (area: Area, amount: Amount, seed: number, onTried: AreaOptions["onTried"]): Promise<boolean> => {
  const share = split(amount.random, area.programs.length)
  let broken = false
  for (const program of area.programs) {
    const tried = await attempt(program, { ...share, depthFirst: seed === 0 ? amount.depthFirst : 0, seed })
    broken ||= tried.broken !== undefined
    onTried(tried, "claimed")
  }
  return broken
}

const made = async (area: Area, amount: Amount, seed: number, onTried: AreaOptions["onTried"]): Promise<boolean> => {
  const share = split(amount.ofEach, 1)
  let broken = false
  for (const program of area.random?.(seed, amount.made) ?? []) {
    const tried = await attempt(program, { ...share, depthFirst: 0, seed })
    broken ||= tried.broken !== undefined
    onTried(tried, "made")
  }
  return broken
}
