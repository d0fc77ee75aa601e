import { observeProcess } from "@ferrule/runtime"
import type { LeftBehind } from "../../LeftBehind.ts"
import type { LeftKind } from "../../Leftover.ts"
import { nextTurn } from "../nextTurn.ts"
import { realMillis } from "../realMillis.ts"
import { RealWork } from "../RealWork.ts"
import { Census } from "./Census.ts"
import { leftBehind } from "./leftBehind.ts"

/** Turns, and real milliseconds, in which the operating system closes the handles that were let go. */
const grace = { turns: 50, millis: 250 }

/**
 * All that is begun in the process while something runs, as far as it is seen from outside: tasks, scopes and resources
 * of this library, and timers and handles that come from that code. Of fibers without a scope nothing is seen.
 */
export class ProcessCheck {
  readonly #census = new Census(undefined)
  readonly #real = new RealWork()

  async around(run: () => Promise<void>): Promise<void> {
    const stop = observeProcess(this.#census)
    try {
      await this.#real.within(run)
      await this.#settled()
    } finally {
      stop()
    }
  }

  /** A turn later, for a timer counts until its callback has returned; or when handles are closed. */
  #settled(): Promise<void> {
    return new Promise((resolve) => {
      let turns = 0
      const until = realMillis() + grace.millis
      const look = (): void => {
        if (this.#real.leftHandles.length === 0 || (turns++ > grace.turns && realMillis() > until)) resolve()
        else nextTurn(look)
      }
      nextTurn(look)
    })
  }

  /** What is left; to be asked once. */
  left(mayLeave: ReadonlyArray<LeftKind>): LeftBehind | undefined {
    const tasks = this.#census.openTasks
    const timers = this.#real.timers
    const things = [...tasks, ...this.#real.leftTimers, ...this.#real.leftHandles, ...this.#census.held]
    this.#real.stop()
    return leftBehind({ fibers: tasks.length, timers, known: [], things }, mayLeave)
  }
}
