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
import { spawn } from "./spawning.ts"
import type { TaskNode } from "./TaskNode.ts"

type AnyEffect = Effect.Effect<any, any, any>

/** Items started in one step. More keep the scheduler waiting, one costs a step each. */
const slice = 64

/** Milliseconds for which items are started in one go. */
const millis = 4

/** Items started between two looks at the clock, which take as long as a tenth of an item each. */
const perLook = 8

/**
 * Hands items to a group, each as a task, at most `limit` at once, and keeps what the tasks give, in the items' order.
 * It is told of a task's end when the task's resources have been released: only then there is room for the next.
 */
export class Feed extends GroupRegion {
  readonly results: Array<unknown> = []
  private readonly f: (item: any, index: number) => AnyEffect
  private readonly limit: number
  private readonly bell = new Bell()
  private running = 0
  private begun = 0
  /** Until when items are started before timers get their turn; 0 after a wait. */
  private until = 0

  constructor(name: string, f: (item: any, index: number) => AnyEffect, limit: number) {
    super(name, Infinity, undefined)
    this.f = f
    this.limit = limit
  }

  override taskEnded(task: TaskNode): void {
    const exit = task.exit!
    this.running--
    if (Exit.isSuccess(exit)) this.results[task.id - 1] = exit.value
    this.bell.ring()
    super.taskEnded(task)
  }

  private get hasRoom(): boolean {
    return this.running < this.limit
  }

  private readonly gap: Effect.Effect<void> = this.bell.until(() => this.hasRoom)

  /** Starts the task of one item, and waits for room for the next: an item that was taken is never kept waiting here. */
  handle(item: unknown): AnyEffect {
    return Effect.andThen(
      Effect.suspend(() => {
        this.running++
        const index = this.begun++
        return spawn(
          this,
          Effect.suspend(() => this.f(item, index)),
          undefined
        )
      }),
      this.gap
    )
  }

  /** Starts the tasks of all items. */
  handleAll(items: Iterator<unknown>): AnyEffect {
    return feed(this, items, undefined)
  }

  /** Items whose tasks end at once would keep timers waiting. */
  private isLate(): boolean {
    if (!this.queue!.isDefault) return false
    const now = performance.now()
    if (now < this.until) return false
    const late = this.until > 0
    this.until = now + millis
    return late
  }

  /** A step of it, in the fiber of the group's body. */
  step(fiber: Fiber.Fiber<unknown, unknown>, items: Iterator<unknown>): AnyEffect {
    const told = tellFirst(fiber, this)
    // Looks each time: what an item does at once may cancel the group, or let it fail.
    for (let started = 0; !told && !this.failing && this.closing === undefined; started++) {
      if (!this.hasRoom) {
        this.until = 0
        return Effect.flatMap(this.gap, () => this.handleAll(items))
      }
      if (started === slice) return this.handleAll(items)
      if (started % perLook === 0 && this.isLate()) break
      const item = items.next()
      if (item.done === true) return Effect.void
      this.startItem(item.value, fiber)
    }
    // A cancel is on its way, or timers are due.
    return Effect.flatMap(Effect.yieldNow, () => this.handleAll(items))
  }

  /** Here and now: the body's own stack is right for whatever the task captures, and no turn is lost. */
  private startItem(item: unknown, fiber: Fiber.Fiber<unknown, unknown>): void {
    const task = this.create(undefined, false)
    this.running++
    this.place(task)
    const main = runItem(task, this, item)
    if (this.queue!.shallow) task.startWith(main, fiber.context)
    else this.startLater(task, main, fiber, fiber.context)
  }

  codeOf(item: unknown, task: TaskNode): AnyEffect {
    return this.f(item, task.id - 1)
  }
}

/** What the fiber of an item's task runs. A burst has named the fiber already. */
const runItem = primitive((fiber, task: TaskNode, self: Feed, item: unknown) => {
  if (task.fiber === undefined) task.begin(fiber)
  return self.codeOf(item, task)
})

const feed = primitive((fiber, self: Feed, items: Iterator<unknown>) => self.step(fiber, items))
