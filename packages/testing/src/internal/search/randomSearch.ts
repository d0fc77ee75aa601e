import { randomFrom } from "../randomFrom.ts"
import type { Fork, Search } from "./Search.ts"

/**
 * Schedules at random. How often a fiber is preempted differs from run to run, between every second operation and every
 * 32nd: some faults need many preemptions close together, others a long time without any.
 */
export const randomSearch = (seed: number): Search => {
  const random = randomFrom(seed)
  let odds = 0
  return {
    coverage: "sampled",
    begin: () => {
      odds = 2 ** -(1 + Math.floor(random() * 5))
      return true
    },
    choose: ({ count, running }: Fork) => {
      if (!running) return Math.floor(random() * count)
      return random() < odds ? 1 + Math.floor(random() * (count - 1)) : 0
    }
  }
}
