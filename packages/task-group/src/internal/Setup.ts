/**
 *   open    `open`, and no outcome: the set-up runs.
 *   ready   not `open`, and the outcome is the value for the caller.
 *   ended   `open`, and the outcome is how the task has ended, which is the caller's and not the group's.
 *
 *   open → ready | ended, once.
 */
import { operation, type Waiter, waitHere } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Ready } from "../ready.ts"
import type { Claim, TaskNode } from "./TaskNode.ts"

type AnyEffect = Effect.Effect<any, any, any>

const kind = "the set-up of task"

/**
 * The first part of a task that was begun by `start`. Until it is ready the task is the caller's business: its failure
 * goes there and nowhere else. From then on it is the group's.
 */
export class Setup implements Claim {
  private outcome: Exit.Exit<unknown, unknown> | undefined = undefined
  private caller: Waiter<Exit.Exit<unknown, unknown>> | undefined = undefined

  /** Whether the task is still, or has ended as, the caller's business. */
  open = true

  /** What the task runs. */
  run(setup: AnyEffect): AnyEffect {
    return Effect.flatMap(setup, (done: Ready<unknown, unknown, unknown, unknown>) => {
      this.open = false
      this.settle(Exit.succeed(done.value))
      return done.rest
    })
  }

  /** The task has ended; if it was never ready, that is all its caller gets. */
  ended(_task: TaskNode, exit: Exit.Exit<unknown, unknown>): boolean {
    this.settle(exit)
    return this.open
  }

  settle(exit: Exit.Exit<unknown, unknown>): void {
    if (this.outcome !== undefined) return
    this.outcome = exit
    this.caller?.give(exit)
  }

  /** For those who watch: the task has a number now. */
  begun(task: TaskNode): void {
    this.caller?.waitsFor(kind, task)
  }

  /** How the set-up ended, for its caller. */
  settled(task: TaskNode): Effect.Effect<Exit.Exit<unknown, unknown>> {
    // Told first: of a caller that is cancelled with its task the end of the task is no defect.
    return operation((fiber) => {
      if (this.outcome !== undefined) return Effect.succeed(this.outcome)
      const again = Effect.suspend(() => this.settled(task))
      return waitHere<Exit.Exit<unknown, unknown>, never>(fiber, (caller) => this.stand(caller), again, kind, task)
    })
  }

  private stand(caller: Waiter<Exit.Exit<unknown, unknown>>): (() => void) | undefined {
    if (this.outcome !== undefined) return undefined
    this.caller = caller
    return () => {
      this.caller = undefined
    }
  }
}
