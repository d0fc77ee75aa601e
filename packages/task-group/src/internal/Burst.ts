/**
 * Tasks that are about to start.
 *
 *   parked     its fiber waits to be woken. Tasks may be added.
 *   starting   its fiber starts tasks, in the order in which they were added, a slice a turn; more may come behind.
 *   over       all were started: it takes no more, and its fiber ends.
 *
 * Invariant: before `next` stand tasks that were started, from there on those that were not, each with its code.
 * Invariant: `woken` is set only where the queue came before the fiber was parked; no wake-up is lost.
 */
import type { Wakeable, WakeQueue } from "@ferrule/runtime"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type { TaskNode } from "./TaskNode.ts"

type AnyEffect = Effect.Effect<any, any, any>

/** Tasks started in one go; the rest behind what has come into line meanwhile. */
const slice = 64

/**
 * Tasks that one fiber spawned without waiting in between. They are started by one fiber that was parked on the
 * spawner's stack, because what Effect captures there (AsyncLocalStorage) has to hold in the tasks too, and to park
 * one for each of them costs twice as much.
 */
export class Burst implements Wakeable {
  /** Each task, and behind it what it runs. */
  private readonly tasks: Array<TaskNode | AnyEffect> = []
  private readonly spawner: Fiber.Fiber<unknown, unknown> | undefined
  private readonly context: Context.Context<never>
  private readonly queue: WakeQueue
  private next = 0
  private resume: ((effect: Effect.Effect<void>) => void) | undefined = undefined
  private woken = false
  private over = false

  /**
   * A burst without a spawner is that of a callback, and takes no more tasks than it was made for. `onOver` is called
   * when the last of the tasks was started, and nothing of the burst is left running.
   */
  constructor(
    spawner: Fiber.Fiber<unknown, unknown> | undefined,
    context: Context.Context<never>,
    queue: WakeQueue,
    onOver: () => void
  ) {
    this.spawner = spawner
    this.context = context
    this.queue = queue
    const park = Effect.callback<void>((resume) => {
      if (this.woken) resume(Effect.void)
      else this.resume = resume
      this.woken = false
    })
    const starter: Effect.Effect<void> = Effect.flatMap(park, () => (this.startSlice() ? starter : Effect.void))
    Effect.runForkWith(this.context)(starter).addObserver(onOver)
  }

  /** Whether a task that `fiber` spawns now belongs here: the same fiber, and it has changed nothing in its context. */
  takes(fiber: Fiber.Fiber<unknown, unknown>, context: Context.Context<never>): boolean {
    return !this.over && this.spawner === fiber && this.context === context
  }

  add(task: TaskNode, effect: AnyEffect): void {
    this.tasks.push(task, effect)
  }

  wake(): void {
    const resume = this.resume
    this.resume = undefined
    // A scheduler may give way before the starter is parked.
    if (resume === undefined) this.woken = true
    else resume(Effect.void)
  }

  private startSlice(): boolean {
    const end = Math.min(this.next + 2 * slice, this.tasks.length)
    for (; this.next < end; this.next += 2) {
      // Sound: `add` puts them there in pairs.
      const task = this.tasks[this.next] as TaskNode
      task.start(this.tasks[this.next + 1] as AnyEffect, this.context)
    }
    if (this.next < this.tasks.length) {
      this.queue.enqueue(this)
      return true
    }
    this.over = true
    return false
  }
}
