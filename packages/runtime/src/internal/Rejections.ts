/**
 * The floating rejections in the code of one scheduler's fibers: promises that were rejected and that nobody handles.
 *
 *   off   asks.size === 0. No listener, and fibers start as they would without this.
 *   on    asks.size > 0. The process tells of every floating rejection, and each fiber of a node starts in an
 *         asynchronous context that carries the node, which promises, timers and further fibers inherit.
 *
 * To listen switches off what Node does by itself. So what is nobody's is thrown, unless somebody else listens, too.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import { type CancelNode, isInside, taskNameOf } from "../CancelNode.ts"
import { CurrentNode } from "../currentNode.ts"
import { type Report, report } from "../failureHook.ts"
import { Region } from "../Region.ts"
import type { Starting, WakeQueue } from "../WakeQueue.ts"
import type { Carrier, NodeProcess } from "./asyncContext.ts"

/** Somebody who has asked for reports. */
export interface Ask {
  /** Where: the ask is for what is inside. Without a node it is for every task. */
  readonly node: CancelNode | undefined
  /** Whose failure hook is told. */
  readonly context: Context.Context<never>
  /** The reports under way. */
  readonly reports: Set<Fiber.Fiber<void>>
}

/** On each of our listeners, also those of another copy of this library: the promises that it has reported. */
const reportedKey = Symbol.for("~ferrule/runtime/reportedRejections")

interface Listener {
  (reason: unknown, promise: object): void
  readonly [reportedKey]: WeakSet<object>
}

const isOurs = (listener: object): listener is Listener => reportedKey in listener

/** The ask that a rejection in the code of `node` is for: the innermost around it; of equal ones the last. */
export const askFor = (asks: Iterable<Ask>, node: CancelNode): Ask | undefined => {
  let found: Ask | undefined
  for (const ask of asks) {
    if (ask.node !== undefined && !isInside(node, ask.node)) continue
    if (found === undefined || depthOf(ask) >= depthOf(found)) found = ask
  }
  return found
}

const depthOf = (ask: Ask): number => ask.node?.depth ?? -1

const reportOf = (node: CancelNode, reason: unknown): Report => {
  const home = node.home ?? node
  const group = home instanceof Region ? home : (home.parent ?? home)
  const entry = { task: taskNameOf(node), group: group.name, cause: Cause.die(reason), kind: "rejection" } as const
  return node.trace === undefined ? entry : { ...entry, trace: node.trace }
}

export class Rejections {
  private readonly queue: WakeQueue
  private readonly process: NodeProcess
  private readonly asks = new Set<Ask>()
  private readonly carrier: Carrier<CancelNode>
  private readonly listener: Listener

  constructor(queue: WakeQueue, process: NodeProcess) {
    this.queue = queue
    this.process = process
    this.carrier = new (process.getBuiltinModule("node:async_hooks").AsyncLocalStorage)<CancelNode>()
    const onRejection = (reason: unknown, promise: object) => this.heard(reason, promise)
    this.listener = Object.assign(onRejection, { [reportedKey]: new WeakSet<object>() })
  }

  add(ask: Ask): void {
    this.asks.add(ask)
    if (this.asks.size > 1) return
    this.process.on("unhandledRejection", this.listener)
    this.queue.starting = this.starting
  }

  remove(ask: Ask): void {
    if (!this.asks.delete(ask) || this.asks.size > 0) return
    this.process.off("unhandledRejection", this.listener)
    this.queue.starting = undefined
  }

  /** From now on the code that runs, up to the end of this turn, is known as the node's. */
  enter(node: CancelNode): void {
    this.carrier.enterWith(node)
  }

  private readonly starting: Starting = (context, start) => {
    const node = Context.get(context, CurrentNode)
    return node === undefined ? start() : this.carrier.run(node, start)
  }

  private heard(reason: unknown, promise: object): void {
    const node = this.carrier.getStore()
    const ask = node === undefined ? undefined : askFor(this.asks, node)
    if (ask !== undefined) {
      this.listener[reportedKey].add(promise)
      const fiber = Effect.runForkWith(ask.context)(report(reportOf(node!, reason)))
      ask.reports.add(fiber)
      fiber.addObserver(() => ask.reports.delete(fiber))
    } else if (this.isNobodys(promise)) {
      // In a step of its own: thrown here it would take along what else was rejected in this turn.
      queueMicrotask(() => {
        throw reason
      })
    }
  }

  /** The last of our listeners decides for all. Where others listen, too, Node leaves it to them, and so do we. */
  private isNobodys(promise: object): boolean {
    const listeners = this.process.listeners("unhandledRejection")
    const ours = listeners.filter(isOurs)
    return (
      ours.length === listeners.length &&
      ours.at(-1) === this.listener &&
      !ours.some((listener) => listener[reportedKey].has(promise))
    )
  }
}

// Keyed weakly: it lives as long as its queue.
const all = new WeakMap<WakeQueue, Rejections>()

/** The rejections in what the queue's fibers run. */
export const rejectionsOf = (queue: WakeQueue, process: NodeProcess): Rejections => {
  let rejections = all.get(queue)
  if (rejections === undefined) all.set(queue, (rejections = new Rejections(queue, process)))
  return rejections
}
