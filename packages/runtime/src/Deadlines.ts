/**
 * The deadlines of one clock: a heap by time and depth, and one timer for the earliest.
 *
 * Invariant: a timer is armed, for the head of the heap or earlier, whenever the heap is not empty.
 */
import type * as Clock from "effect/Clock"
import type { CancelNode } from "./CancelNode.ts"
import { cancelNode, cancelNodeNow, traceOf } from "./cancelling.ts"
import { DeadlineHeap } from "./internal/deadlineHeap.ts"
import { nextTurn } from "./internal/nextTurn.ts"
import { isRealClock, nowOn, timerOn } from "./time.ts"

class Deadlines {
  private readonly clock: Clock.Clock
  private readonly heap = new DeadlineHeap<CancelNode>()
  private armedAt = Infinity
  private disarm: (() => void) | undefined = undefined

  constructor(clock: Clock.Clock) {
    this.clock = clock
  }

  set(node: CancelNode, at: number): void {
    this.heap.set(node, at, node.depth)
    this.arm()
  }

  remove(node: CancelNode): void {
    this.heap.remove(node)
    this.arm()
  }

  private arm(): void {
    const head = this.heap.earliest()
    // A timer that comes too early is harmless: it looks, and arms the next. So moving a deadline out costs nothing.
    if (head !== undefined && head >= this.armedAt) return
    this.disarm?.()
    this.disarm = undefined
    this.armedAt = head ?? Infinity
    if (head !== undefined && head !== Infinity) this.disarm = timerOn(this.clock, head, "deadline", this.onTimer)
  }

  private readonly onTimer = (): void => {
    if (!isRealClock(this.clock)) return this.fire()
    // One turn of the event loop, so that a body that is done at this very instant has its value.
    this.disarm = nextTurn(this.fire)
  }

  private readonly fire = (): void => {
    this.armedAt = Infinity
    this.disarm = undefined
    const now = nowOn(this.clock)
    // All that are due are marked, outermost of the equal ones first, before any fiber is told.
    for (let node = this.heap.takeDue(now); node !== undefined; node = this.heap.takeDue(now)) {
      cancelNode(node, deadlineTrace(node, now), true)
    }
    this.arm()
  }
}

const deadlineTrace = (node: CancelNode, now: number) =>
  traceOf(node, { _tag: "DeadlinePassed", deadline: node.deadlineAt ?? now }, now, undefined)

const tables = new WeakMap<Clock.Clock, Deadlines>()

/**
 * Sets, moves or (with `undefined`) removes the deadline of a node that is in the tree. One that has passed already
 * cancels in this very step: a spent budget runs the synchronous start only.
 *
 * @category building
 * @since 0.1.0
 */
export const setDeadline = (clock: Clock.Clock, node: CancelNode, at: number | undefined): void => {
  node.deadlineAt = at
  const table = tables.get(clock)
  if (at === undefined || at === Infinity || node.ended) return table?.remove(node)
  const now = nowOn(clock)
  if (at <= now) {
    table?.remove(node)
    return cancelNodeNow(node, deadlineTrace(node, now), true)
  }
  const present = table ?? new Deadlines(clock)
  if (table === undefined) tables.set(clock, present)
  present.set(node, at)
}
