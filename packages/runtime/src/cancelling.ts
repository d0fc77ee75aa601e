/**
 * How a cancel travels: everything below is marked in one step, and told in sweeps that give way to timers.
 *
 * Invariant: of the nodes of a sweep those before `next` have been told, or will be when the region ends that they wait
 * for; the sweep is in the wake queue until it has come to its end.
 */
import type * as Fiber from "effect/Fiber"
import { type CancelNode, mark, markChildren, pathOf } from "./CancelNode.ts"
import type { CancelReason, CancelTrace } from "./CancelReason.ts"
import { currentNode } from "./currentNode.ts"
import type { Wakeable, WakeQueue } from "./WakeQueue.ts"

/** Nodes told between two looks at the clock, or in one go where time is not to decide. */
const slice = 128

/** Milliseconds for which nodes are told in one go; the rest follows on the next turns. */
const sliceMillis = 4

/**
 * Tells marked nodes, outer ones first, a slice a turn: a cancel of a hundred thousand tasks does not hold up timers.
 * Outer ones first, because then no handler in an outer scope runs for what an inner one ends with.
 */
class Sweep implements Wakeable {
  private readonly nodes: ReadonlyArray<CancelNode>
  private readonly queue: WakeQueue
  private next = 0

  constructor(nodes: ReadonlyArray<CancelNode>, queue: WakeQueue) {
    this.nodes = nodes
    this.queue = queue
  }

  wake(): void {
    // Whoever brings a scheduler of their own wants the same order each time.
    const until = this.queue.isDefault ? performance.now() + sliceMillis : 0
    do {
      const end = Math.min(this.next + slice, this.nodes.length)
      while (this.next < end) tell(this.nodes[this.next++]!)
      if (this.next === this.nodes.length) return
    } while (performance.now() < until)
    this.queue.enqueueNextTurn(this)
  }
}

/**
 * A fiber that waits for a region to end does nothing before that, and is told then: to tell it now would cost it a
 * second wait.
 */
const tell = (node: CancelNode): void => {
  if (!node.awaitsRegion) node.deliver()
}

/**
 * Marks the node and everything below it now, and has their fibers told from the wake queue.
 *
 * @category building
 * @since 0.1.0
 */
export const cancelNode = (node: CancelNode, trace: CancelTrace, own: boolean): void => {
  const marked = mark(node, trace, own)
  if (marked.length > 0 && node.queue !== undefined) node.queue.enqueue(new Sweep(marked, node.queue))
}

/**
 * As `cancelNode`, and tells the first slice in this very step: for what must not run on, a spent budget say.
 *
 * @category building
 * @since 0.1.0
 */
export const cancelNodeNow = (node: CancelNode, trace: CancelTrace, own: boolean): void => {
  const marked = mark(node, trace, own)
  if (marked.length > 0 && node.queue !== undefined) new Sweep(marked, node.queue).wake()
}

/**
 * Cancels the children of a node that are `chosen`, for one reason, which was asked of the node: all are marked before
 * any fiber is told.
 *
 * @category building
 * @since 0.1.0
 */
export const cancelBelow = (node: CancelNode, trace: CancelTrace, chosen: (child: CancelNode) => boolean): void => {
  const marked = markChildren(node, trace, chosen)
  if (marked.length > 0 && node.queue !== undefined) node.queue.enqueue(new Sweep(marked, node.queue))
}

/** Cancels many nodes of one instant, each for its own reason: all are marked before any fiber is told. */
export const cancelNodes = <N extends CancelNode>(nodes: ReadonlyArray<N>, trace: (node: N) => CancelTrace): void => {
  const marked = new Map<WakeQueue, Array<CancelNode>>()
  for (const node of nodes) {
    // Sound: only what was entered has a deadline in the table, and a queue since then.
    const queue = node.queue!
    let into = marked.get(queue)
    if (into === undefined) marked.set(queue, (into = []))
    mark(node, trace(node), true, into)
  }
  for (const [queue, told] of marked) if (told.length > 0) queue.enqueue(new Sweep(told, queue))
}

/**
 * Builds the trace of a cancel of `node`.
 *
 * @category building
 * @since 0.1.0
 */
export const traceOf = (node: CancelNode, reason: CancelReason, at: number, by: string | undefined): CancelTrace => {
  const trace =
    node.depth < shallow
      ? { scope: node.name, path: pathOf(node), reason, at }
      : {
          scope: node.name,
          // When somebody reads it: a failure on its way through many levels makes a trace at each of them.
          get path() {
            const path = pathOf(node)
            Object.defineProperty(this, "path", { value: path, enumerable: true })
            return path
          },
          reason,
          at
        }
  return by === undefined ? trace : Object.assign(trace, { by })
}

/** Up to here a path is cheaper made than promised. */
const shallow = 16

/**
 * The name by which a fiber is known as the asker of a cancel: that of its scope or task.
 *
 * @category building
 * @since 0.1.0
 */
export const askerOf = (fiber: Fiber.Fiber<unknown, unknown>): string => currentNode(fiber)?.name ?? `fiber ${fiber.id}`
