import { observerIn } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import type { LeftBehind } from "../../LeftBehind.ts"
import type { LeftKind } from "../../Leftover.ts"
import type { Driven } from "../JumpingClock.ts"
import { LiveFibers } from "../LiveFibers.ts"
import { nextTurn } from "../nextTurn.ts"
import { realMillis } from "../realMillis.ts"
import { RealWork } from "../RealWork.ts"
import { Census } from "./Census.ts"
import { leftBehind } from "./leftBehind.ts"
import { NamedFibers } from "./NamedFibers.ts"

/** Turns, and real milliseconds, in which the operating system closes the handles that a program has let go. */
const grace = { turns: 50, millis: 250 }

/** All that a part of a program has begun, on whatever clock it runs. */
export class Belongings {
  readonly fibers: LiveFibers
  readonly census: Census
  readonly #named: NamedFibers
  readonly #virtual: Driven | undefined
  readonly #armedBefore: number
  readonly #real = new RealWork()

  constructor(fiber: Fiber.Fiber<unknown, unknown>, virtual: Driven | undefined) {
    this.#named = new NamedFibers(fiber.getRef(Metric.FiberRuntimeMetrics))
    this.fibers = new LiveFibers(this.#named)
    this.census = new Census(observerIn(fiber.context))
    this.#virtual = virtual
    this.#armedBefore = virtual?.timers ?? 0
  }

  /** What the running code begins from here on belongs to it. */
  enter(): void {
    this.#real.enter()
  }

  leave(): void {
    this.#real.leave()
    this.#real.stop()
  }

  /** A turn of the event loop later, for a timer counts until its callback has returned; or when handles are closed. */
  readonly settled: Effect.Effect<void> = Effect.callback((resume) => {
    let turns = 0
    const until = realMillis() + grace.millis
    const look = (): void => {
      if (this.#real.leftHandles.length === 0 || (turns++ > grace.turns && realMillis() > until)) resume(Effect.void)
      else nextTurn(look)
    }
    nextTurn(look)
  })

  left(mayLeave: ReadonlyArray<LeftKind>): LeftBehind | undefined {
    const timers = Math.max(0, (this.#virtual?.timers ?? 0) - this.#armedBefore) + this.#real.timers
    const fibers = Math.max(0, this.fibers.count)
    const things = [
      ...(fibers > 0 ? this.#named.left : []),
      ...this.#real.leftTimers,
      ...this.#real.leftHandles,
      ...this.census.held
    ]
    return leftBehind({ fibers, timers, known: [], things }, mayLeave)
  }
}
