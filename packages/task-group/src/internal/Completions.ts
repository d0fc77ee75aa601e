/**
 *   reading   the reader is at work, or has not come: ends gather in `unread`.
 *   waiting   `waiter` is set.
 *
 * Invariant: between two steps the reader waits only while nothing is unread and a task runs.
 */
import { inOneStep, retreat, tellFirst, type WaitedFor, type Waiter, waitHere } from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { TaskNode } from "./TaskNode.ts"

const done: Exit.Exit<never, Cause.Done> = Exit.fail(Cause.Done())

type Batch = readonly [TaskNode]

/**
 * One reader of a group's completions: the tasks that ended since it began to read, in the order in which they ended.
 * It ends when none is left to read and none runs; the group says so through `idle`.
 */
export class Completions {
  private readonly unread: Array<TaskNode> = []
  private readonly group: WaitedFor
  private readonly idle: () => boolean
  private waiter: Waiter<Batch, Cause.Done> | undefined = undefined

  constructor(group: WaitedFor, idle: () => boolean) {
    this.group = group
    this.idle = idle
  }

  add(task: TaskNode): void {
    this.unread.push(task)
  }

  /** Something has changed: a task was added, or none runs any more. */
  changed(): void {
    const { waiter } = this
    if (waiter === undefined) return
    if (this.unread.length > 0) this.serve(waiter)
    else if (this.idle()) {
      this.waiter = undefined
      waiter.end(done)
    }
  }

  private serve(waiter: Waiter<Batch, Cause.Done>): void {
    this.waiter = undefined
    const task = this.unread.shift()!
    waiter.give([task], {
      received: () => {},
      // A pull that is cancelled need not be the reader's last.
      takeBack: () => Effect.sync(() => void this.unread.unshift(task))
    })
  }

  /** One step with the continuation that gets the task. */
  private readonly next: Effect.Effect<Batch, Cause.Done> = inOneStep(
    (fiber): Batch => (tellFirst(fiber) || this.unread.length === 0 ? retreat() : [this.unread.shift()!]),
    () => this.pull
  )

  readonly pull: Effect.Effect<Batch, Cause.Done> = Effect.withFiber((fiber) => {
    if (this.unread.length > 0) return this.next
    if (this.idle()) return done
    return waitHere<Batch, Cause.Done>(
      fiber,
      (waiter) => {
        if (this.unread.length > 0 || this.idle()) return undefined
        this.waiter = waiter
        return () => {
          this.waiter = undefined
        }
      },
      Effect.suspend(() => this.pull),
      "the end of a task of",
      this.group
    )
  })
}
