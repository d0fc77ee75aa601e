import { cancelNode, Region, runRegion, traceOf } from "@ferrule/runtime"
import { Effect, Exit, type Fiber } from "effect"

/** Starts an effect in a fiber of the running one, up to its first wait. */
export const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

/** Lets everything that was woken run. */
export const quiet = Effect.repeat(Effect.yieldNow, { times: 4 })

/** What a fiber ended with; "waits" if it has not. */
export const endOf = <A, E>(fiber: Fiber.Fiber<A, E>): Exit.Exit<A, E> | "waits" => fiber.pollUnsafe() ?? "waits"

/** Numbers from 0 up. */
export const upTo = (n: number): Array<number> => Array.from({ length: n }, (_, i) => i)

/** A cancellable region, as a scope or task is one, and what marks it as cancelled without telling its fiber. */
export const region = <A, E, R>(body: Effect.Effect<A, E, R>) => {
  const node = new Region<A, E>("region")
  return {
    node,
    run: runRegion(node, body, (exit) => Effect.succeed(exit)),
    /** In a wake queue the region's fiber is told later. */
    mark: () => cancelNode(node, traceOf(node, { _tag: "Requested" }, 0, undefined), true)
  }
}

export const isCancelled = <A, E>(exit: Exit.Exit<A, E> | "waits"): boolean =>
  exit !== "waits" && Exit.hasInterrupts(exit)
