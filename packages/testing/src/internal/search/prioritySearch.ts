import { randomFrom } from "../randomFrom.ts"
import type { Fork, Search } from "./Search.ts"

/**
 * Probabilistic concurrency testing (PCT): every thread of work has a random priority, the highest goes on, and at
 * `changes` random choices who runs falls below all others. A fault that needs d orderings is found with a probability
 * that has a floor, where `changes` is d - 1.
 */
export const prioritySearch = (seed: number, changes: number): Search => {
  const random = randomFrom(seed)
  const priorities = new Map<number, number>()
  const changeAt = new Set<number>()
  let position = 0
  let longest = 16
  let lowest = 0

  const priorityOf = (thread: number): number => {
    let priority = priorities.get(thread)
    if (priority === undefined) priorities.set(thread, (priority = random()))
    return priority
  }

  return {
    coverage: "sampled",
    begin: () => {
      longest = Math.max(longest, position)
      position = 0
      lowest = 0
      priorities.clear()
      changeAt.clear()
      for (let i = 0; i < changes; i++) changeAt.add(Math.floor(random() * longest))
      return true
    },
    choose: ({ count, running, threadOf }: Fork) => {
      if (changeAt.has(position++) && running) priorities.set(threadOf(0), --lowest)
      let best = 0
      let highest = -Infinity
      for (let way = 0; way < count; way++) {
        const priority = priorityOf(threadOf(way))
        if (priority > highest) {
          highest = priority
          best = way
        }
      }
      return best
    }
  }
}
