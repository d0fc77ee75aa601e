import type * as Fiber from "effect/Fiber"
import { type FiberInfo, fiberInfo } from "../FiberInfo.ts"

type AnyFiber = Fiber.Fiber<unknown, unknown>

const smallest = 1024

/** The fibers that have run and may not have ended yet. */
export class Roster {
  readonly #seen = new Set<AnyFiber>()
  #sweepAt = smallest
  #last: AnyFiber | undefined
  #watched: Set<AnyFiber> | undefined
  #runs = 0

  /** How often a fiber began to run or went on. */
  get runs(): number {
    return this.#runs
  }

  /** Called whenever a fiber begins to run or goes on. */
  readonly saw = (fiber: AnyFiber): void => {
    this.#runs++
    if (fiber === this.#last) return
    this.#last = fiber
    this.#seen.add(fiber)
    this.#watched?.add(fiber)
    if (this.#seen.size > this.#sweepAt) this.#sweep()
  }

  /** Those that have not ended, the oldest first. */
  live(): ReadonlyArray<AnyFiber> {
    this.#sweep()
    return [...this.#seen].toSorted((a, b) => a.id - b.id)
  }

  infos(): ReadonlyArray<FiberInfo> {
    return this.live().map(fiberInfo)
  }

  /** Those that run while `act` does, and have not ended then. */
  whoRuns(act: () => void): ReadonlyArray<FiberInfo> {
    this.#last = undefined
    const watched = (this.#watched = new Set<AnyFiber>())
    act()
    this.#watched = undefined
    return [...watched].filter((fiber) => fiber.pollUnsafe() === undefined).map(fiberInfo)
  }

  // It grows with what lives, not with what ran: swept when it has doubled.
  #sweep(): void {
    for (const fiber of this.#seen) if (fiber.pollUnsafe() !== undefined) this.#seen.delete(fiber)
    this.#sweepAt = Math.max(smallest, 2 * this.#seen.size)
  }
}
