/**
 * Items that become tasks.
 *
 *   feeding   items are left: the next is taken when there is room for its task.
 *   emptied   the source has ended. The group waits for the tasks that run.
 *
 * Invariant: `running` counts the tasks that were started and have not ended, and is never more than `limit`.
 * Invariant: the group's tasks are its alone, so the task of the item at `index` has the id `index + 1`.
 */
import { primitive, tellFirst } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import { Bell } from "./Bell.ts"
import { GroupRegion } from "./GroupRegion.ts"
import { spawnFor } from "./spawning.ts"
import type { Claim, TaskNode } from "./TaskNode.ts"

type AnyEffect = Effect.Effect<any, any, any>

/** Items started in one step. More keep the scheduler waiting, one costs a step each. */
const slice = 8

/** Milliseconds for which items are started in one go. */
const millis = 4

/**
 * Hands items to a group, each as a task, at most `limit` at once, and keeps what the tasks give, in the items' order.
 * It is told of a task's end when the task's resources have been released: only then there is room for the next.
 */
export class Feed implements Claim {
  readonly open = false
  readonly results: Array<unknown> = []
  readonly group: GroupRegion
  private readonly f: (item: any, index: number) => AnyEffect
  private readonly limit: number
  private readonly bell = new Bell()
  private running = 0
  private next = 0
  /** Until when items are started before timers get their turn; 0 after a wait. */
  private until = 0

  constructor(name: string, f: (item: any, index: number) => AnyEffect, limit: number) {
    this.group = new GroupRegion(name, Infinity, undefined)
    this.f = f
    this.limit = limit
  }

  ended(task: TaskNode, exit: Exit.Exit<unknown, unknown>): boolean {
    this.running--
    if (Exit.isSuccess(exit)) this.results[task.id - 1] = exit.value
    this.bell.ring()
    return false
  }

  private get hasRoom(): boolean {
    return this.running < this.limit
  }

  private readonly room: Effect.Effect<void> = this.bell.until(() => this.hasRoom)

  private codeOf(item: unknown): AnyEffect {
    this.running++
    return call(this.f, item, this.next++)
  }

  /** Starts the task of one item, and waits for room for the next: an item that was taken is never kept waiting here. */
  handle(item: unknown): AnyEffect {
    return Effect.andThen(
      Effect.suspend(() => spawnFor(this.group, this.codeOf(item), this)),
      this.room
    )
  }

  /** Starts the tasks of all items. */
  handleAll(items: Iterator<unknown>): AnyEffect {
    return feed(this, items, undefined)
  }

  /** Items whose tasks end at once would keep timers waiting. */
  private isLate(): boolean {
    if (!this.group.queue!.isDefault) return false
    const now = performance.now()
    if (now < this.until) return false
    const late = this.until > 0
    this.until = now + millis
    return late
  }

  /** A step of it, in the fiber of the group's body. */
  step(fiber: Fiber.Fiber<unknown, unknown>, items: Iterator<unknown>): AnyEffect {
    // A failure's cancel is on its way: no item is taken any more.
    if (tellFirst(fiber) || this.group.closing !== undefined || this.group.failing || this.isLate())
      return Effect.flatMap(Effect.yieldNow, () => this.handleAll(items))
    for (let started = 0; this.hasRoom; started++) {
      if (started === slice || this.group.failing) return this.handleAll(items)
      const item = items.next()
      if (item.done === true) return Effect.void
      const task = this.group.create(undefined, false)
      task.claim = this
      // Here and now: the body's own stack is right for whatever the task captures, and no turn is lost.
      this.group.admit(task, this.codeOf(item.value), fiber, fiber.context, true)
    }
    this.until = 0
    return Effect.flatMap(this.room, () => this.handleAll(items))
  }
}

const call = primitive((_fiber, f: (item: any, index: number) => AnyEffect, item: unknown, index: number) =>
  f(item, index)
)

const feed = primitive((fiber, self: Feed, items: Iterator<unknown>) => self.step(fiber, items))
