/**
 * What is given to a continuation must reach it, or come back. Effect's default scheduler lets a fiber give way by the
 * number of its operations alone, and asks before each of them: so one can know that it will not give way before the
 * next. Of any other scheduler nothing is known.
 */
import type * as Fiber from "effect/Fiber"
import { defaultScheduler } from "./internal/defaultScheduler.ts"

/**
 * Whether an exit that the present operation of the running fiber gives reaches its continuation before anybody else
 * runs. Where it does not, `inOneStep` is the way.
 *
 * @category waiting
 * @since 0.1.0
 */
export const goesOnAtOnce = (fiber: Fiber.Fiber<unknown, unknown>): boolean => {
  const { cache } = fiber
  return cache.scheduler === defaultScheduler && fiber.currentOpCount + 1 < cache.maxOpsBeforeYield
}

/** More operations than Effect runs between an interruption and the cleanup of the wait that it ends: 4 in 4.1. */
const untilCleanup = 16

/**
 * Whether an exit that a waiting fiber is resumed with reaches its continuation before anybody else runs: a resumed
 * fiber counts its operations anew. One that gives way after very few of them may have been interrupted, and be on its
 * way to the cleanup of its wait: then it takes no exit any more.
 *
 * @category waiting
 * @since 0.1.0
 */
export const resumesAtOnce = (fiber: Fiber.Fiber<unknown, unknown>): boolean => {
  const { cache } = fiber
  return cache.scheduler === defaultScheduler && cache.maxOpsBeforeYield >= untilCleanup
}
