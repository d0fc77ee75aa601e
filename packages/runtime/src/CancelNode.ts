/**
 * The tree of what can be cancelled: every cancel scope, timeout, group and task is a node.
 *
 * States of a node, and what is true in each:
 *   open      trace === undefined. Nothing was asked of it or of an outer node that reaches it.
 *   marked    trace !== undefined, delivered === false. Its fiber has not been told yet; operations of this library
 *             refuse to act in it, and nothing is handed to a waiter in it.
 *   told      trace !== undefined, delivered === true. Its fiber was interrupted: whatever runs in it is cleanup.
 *   ended     hasEnded === true. Out of the tree.
 *
 *   open → marked     by `mark`, of the node or of an outer one that reaches it.
 *   marked → told     by `deliver`: from the wake queue, before the fiber acts, or when the region that it waits for ends.
 *   any → ended       by `detach`.
 *
 * Invariant: when a node is marked, every node below it that no shield protects is marked, too. What comes below a
 * marked node later is cleanup, and shielded, or is refused.
 * Invariant: a node is marked once, with the first trace that reached it, and told once.
 * Invariant: the children of a node are those that were attached to it and have not ended, in that order.
 */
import * as Context from "effect/Context"
import type * as Fiber from "effect/Fiber"
import type { CancelTrace } from "./CancelReason.ts"
import type { Failure } from "./failures.ts"
import type { Watch } from "./observer.ts"
import type { WakeQueue } from "./WakeQueue.ts"

/**
 * The trace of a cancel, on the `Interrupt` reasons of the exit that `task.await` gives of a cancelled task.
 *
 * @category building
 * @since 0.1.0
 */
export class TraceAnnotation extends Context.Service<TraceAnnotation, CancelTrace>()("~ferrule/runtime/0.1/Trace") {}

const shieldedBit = 1
const endedBit = 2
const deliveredBit = 4
const awaitsRegionBit = 8
const watchedBit = 1 << 20

/**
 * What a node is of: the attempts of a hedge are tasks, and `"region"` is what has no name of its own kind.
 *
 * @category building
 * @since 0.1.0
 */
export type NodeKind = "task" | "group" | "scope" | "timeout" | "shield" | "hedge" | "sender" | "region"

/**
 * A node of the cancel tree. Scopes, groups and tasks extend it; user code sees those.
 *
 * It is small, because there may be a hundred thousand: yes and no are bits, and what only some nodes ever have is
 * declared, and there when it is set.
 *
 * @category building
 * @since 0.1.0
 */
export class CancelNode {
  parent: CancelNode | undefined = undefined
  /** Distance from the root: of equal deadlines the outermost fires first. */
  depth = 0
  private bits = 0
  fiber: Fiber.Fiber<unknown, unknown> | undefined = undefined
  /** The first cancel that reached this node, its own or an outer one. */
  trace: CancelTrace | undefined = undefined
  firstChild: CancelNode | undefined = undefined
  lastChild: CancelNode | undefined = undefined
  previous: CancelNode | undefined = undefined
  next: CancelNode | undefined = undefined
  /** The first cancel that was asked of this very node. */
  declare requested: CancelTrace | undefined
  /** Absolute, in milliseconds on the monotonic clock. */
  declare deadlineAt: number | undefined
  /**
   * Typed errors of regions in it that were cancelled from outside: Effect drops them when it skips a handler on its way
   * out. What the node's exit does not hold goes to the failure hook.
   */
  declare unseen: Array<Failure> | undefined
  declare protected ownWatch: Watch | undefined
  declare protected called: string | undefined

  constructor(name: string | undefined) {
    if (name !== undefined) this.called = name
  }

  get kind(): NodeKind {
    return "task"
  }

  /** There while somebody watches. Of a task it is made when somebody asks: most never wait, hold or are cancelled. */
  get observed(): Watch | undefined {
    if (this.is(watchedBit) && this.fiber !== undefined)
      this.ownWatch ??= this.parent?.observed?.inner(this.fiber, this.name)
    return this.ownWatch
  }

  set observed(watch: Watch | undefined) {
    this.turn(watchedBit, watch !== undefined)
    this.ownWatch = watch
  }

  /** The number by which it is known to who watches, if anybody does: no watch is made for that. */
  get knownAs(): number | undefined {
    return this.ownWatch?.id ?? (this.is(watchedBit) ? this.fiber?.id : undefined)
  }

  /** Goes on in another fiber, under the number that it began with. */
  moveTo(fiber: Fiber.Fiber<unknown, unknown>): void {
    const watch = this.observed
    if (watch !== undefined) this.ownWatch = watch
    this.fiber = fiber
  }

  /** It is a task that began in a group that somebody watches. */
  get watched(): boolean {
    return this.is(watchedBit)
  }

  set watched(on: boolean) {
    this.turn(watchedBit, on)
  }

  /** Keeps the cancels of outer nodes out. */
  get shielded(): boolean {
    return this.is(shieldedBit)
  }

  set shielded(on: boolean) {
    this.turn(shieldedBit, on)
  }

  get hasEnded(): boolean {
    return this.is(endedBit)
  }

  set hasEnded(on: boolean) {
    this.turn(endedBit, on)
  }

  get delivered(): boolean {
    return this.is(deliveredBit)
  }

  set delivered(on: boolean) {
    this.turn(deliveredBit, on)
  }

  /** Its fiber waits for the end of a region below it, and does nothing else before. */
  get awaitsRegion(): boolean {
    return this.is(awaitsRegionBit)
  }

  set awaitsRegion(on: boolean) {
    this.turn(awaitsRegionBit, on)
  }

  /** Bits from 16 to 2 ** 19 are a subclass's. */
  protected is(bit: number): boolean {
    return (this.bits & bit) !== 0
  }

  /** Sets or clears a bit. */
  protected turn(bit: number, on: boolean): void {
    this.bits = on ? this.bits | bit : this.bits & ~bit
  }

  /** The task, or the group whose body, this belongs to: failures here are known under its name. */
  get home(): CancelNode | undefined {
    return this.parent?.home
  }

  /** The queue from which its fibers are told and woken. */
  get queue(): WakeQueue | undefined {
    return this.parent?.queue
  }

  get name(): string {
    return (this.called ??= this.nameByDefault())
  }

  /** What its name is made of, with none made: the name that it was given, or its number in the group that it is a task of. */
  get shortName(): string | number {
    return this.name
  }

  /** Made when somebody asks for it: most of a hundred thousand tasks are never called by their name. */
  protected nameByDefault(): string {
    return "unnamed"
  }

  /** Called once, in the step in which the node is marked, when everything below it is marked, too. */
  onMarked(_trace: CancelTrace): void {}

  /** Tells the node's fiber. A node that has no fiber yet overrides this. */
  deliver(): void {
    if (this.delivered || this.hasEnded || this.trace === undefined) return
    this.delivered = true
    // Without an annotation, which would cost as much as the interruption: who wants to know why asks the node.
    this.fiber?.interruptUnsafe()
  }

  /** Becomes a child of the nearest node from `parent` up that has not ended. */
  attach(parent: CancelNode | undefined): void {
    while (parent !== undefined && parent.hasEnded) parent = parent.parent
    if (parent === undefined) return
    this.parent = parent
    this.depth = parent.depth + 1
    this.previous = parent.lastChild
    if (parent.lastChild === undefined) parent.firstChild = this
    else parent.lastChild.next = this
    parent.lastChild = this
  }

  /** Leaves the tree. `parent` stays readable: a path can be told of a node that has ended. */
  detach(): void {
    this.hasEnded = true
    this.fiber = undefined
    const parent = this.parent
    if (parent === undefined) return
    if (this.previous === undefined) {
      if (parent.firstChild === this) parent.firstChild = this.next
    } else this.previous.next = this.next
    if (this.next === undefined) {
      if (parent.lastChild === this) parent.lastChild = this.previous
    } else this.next.previous = this.previous
    this.previous = undefined
    this.next = undefined
  }
}

/**
 * The name of a task that was given none.
 *
 * @category building
 * @since 0.1.0
 */
export const nameInGroup = (group: string, number: number): string => `${group}/${number}`

/**
 * The names from the outermost node down to this one.
 *
 * @category building
 * @since 0.1.0
 */
export const pathOf = (node: CancelNode): ReadonlyArray<string> => {
  const path: Array<string> = []
  for (let n: CancelNode | undefined = node; n !== undefined; n = n.parent) path.push(n.name)
  return path.toReversed()
}

/**
 * The name of the task, or of the group whose body, the node belongs to; its own name outside every group.
 *
 * @category building
 * @since 0.1.0
 */
export const taskNameOf = (node: CancelNode): string => (node.home ?? node).name

/**
 * Whether `node` is `outer` or lies below it.
 *
 * @category building
 * @since 0.1.0
 */
export const isInside = (node: CancelNode | undefined, outer: CancelNode): boolean => {
  for (let n = node; n !== undefined; n = n.parent) if (n === outer) return true
  return false
}

/**
 * Marks a node, and everything below it that no shield protects, in one synchronous step; gives `marked`, with the nodes
 * added that were not marked before, outer ones first. `own` says that the cancel was asked of this very node.
 *
 * @category building
 * @since 0.1.0
 */
export const mark = (
  root: CancelNode,
  trace: CancelTrace,
  own: boolean,
  marked: Array<CancelNode> = []
): Array<CancelNode> => {
  // Of a node that has ended it is still known that its cancel was asked for.
  if (own) root.requested ??= trace
  const first = marked.length
  collect(root, trace, marked)
  tellListeners(marked, first, trace)
  return marked
}

/** Marks the children of a node that are `chosen`, and what is below them, in one step, as `mark` does one node. */
export const markChildren = (
  parent: CancelNode,
  trace: CancelTrace,
  chosen: (child: CancelNode) => boolean
): Array<CancelNode> => {
  const marked: Array<CancelNode> = []
  for (let child = parent.firstChild; child !== undefined; child = child.next) {
    if (chosen(child)) collect(child, trace, marked)
  }
  tellListeners(marked, 0, trace)
  return marked
}

/** Only when all are marked: what listens may run foreign code, which may change the tree. */
const tellListeners = (marked: ReadonlyArray<CancelNode>, first: number, trace: CancelTrace): void => {
  for (let i = first; i < marked.length; i++) {
    marked[i]!.onMarked(trace)
    marked[i]!.observed?.tell((observer, id) => observer.scopeCancelled(id, trace))
  }
}

/** A walk over the links, not a recursion: trees are as deep as programs make them. */
const collect = (root: CancelNode, trace: CancelTrace, marked: Array<CancelNode>): void => {
  if (root.hasEnded || root.trace !== undefined) return
  let node: CancelNode = root
  while (true) {
    node.trace = trace
    marked.push(node)
    let below = firstOpen(node.firstChild)
    while (below === undefined && node !== root) {
      below = firstOpen(node.next)
      if (below === undefined) node = node.parent!
    }
    if (below === undefined) return
    node = below
  }
}

const firstOpen = (node: CancelNode | undefined): CancelNode | undefined => {
  while (node !== undefined && (node.shielded || node.trace !== undefined)) node = node.next
  return node
}

/**
 * The earliest deadline that reaches the node: its own and those of the outer ones up to the next shield. A node that
 * has been cancelled has none left: `-Infinity`.
 *
 * @category building
 * @since 0.1.0
 */
export const effectiveDeadlineOf = (node: CancelNode): number | undefined => {
  let earliest: number | undefined
  for (let n: CancelNode | undefined = node; n !== undefined; n = n.shielded ? undefined : n.parent) {
    if (n.trace !== undefined) return -Infinity
    if (n.deadlineAt !== undefined && (earliest === undefined || n.deadlineAt < earliest)) earliest = n.deadlineAt
  }
  return earliest
}
