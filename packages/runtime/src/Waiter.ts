/**
 * A fiber that waits for one thing. States of a waiter, and what is true in each:
 *   waiting   nothing was given yet.
 *   granted   it owns what it was given, and stands in the wake queue, or has just been resumed.
 *   left      its fiber was interrupted before the continuation had what was given. Whatever it owned went back.
 * There is no state for "has it": then nobody looks at the waiter any more. Effect runs the cleanup of a wait exactly
 * when the continuation did not get the value, so to run it is to know.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { resumesAtOnce } from "./atOnce.ts"
import type { CancelNode } from "./CancelNode.ts"
import { currentNode } from "./currentNode.ts"
import { numberOf, type Watch, type WaitTarget } from "./observer.ts"
import type { OpenResource } from "./OpenResource.ts"
import { primitive } from "./primitive.ts"
import { Place } from "./waitLine.ts"
import { type Wakeable, type WakeQueue, wakeQueueOf } from "./WakeQueue.ts"

/**
 * Something of value on its way to a waiter.
 *
 * @category waiting
 * @since 0.1.0
 */
export interface Handover {
  /** The continuation has it, in this very step. */
  received(): void
  /** The waiter was cancelled before: it goes to the next in line, or back. What this gives runs as cleanup. */
  takeBack(): Effect.Effect<void>
}

/**
 * What somebody waits for, for those who watch: a task, a scope, or what has a resource.
 *
 * @category waiting
 * @since 0.1.0
 */
export interface WaitedFor {
  readonly name?: string | undefined
  /** Of what has a resource, that, if it is watched. */
  readonly resource?: OpenResource | undefined
  /** Of a task or scope, its watch. */
  readonly observed?: Watch | undefined
  /** Where it is neither of the two. */
  readonly target?: WaitTarget | undefined
}

/**
 * What is said of a wait: its kind, and the name of what is waited for, if it has one.
 *
 * @category waiting
 * @since 0.1.0
 */
export const waitText = (kind: string, what: WaitedFor | undefined): string =>
  what?.name === undefined ? kind : `${kind} "${what.name}"`

const targetOf = ({ observed, resource, target }: WaitedFor): WaitTarget | undefined => {
  if (target !== undefined) return target
  if (resource !== undefined) return { resource: resource.id }
  return observed === undefined ? undefined : { task: observed.id }
}

/**
 * A fiber that waits, once. It is never resumed inside the operation that serves it: that goes through the queue. One
 * that stands in a single line is its own place there.
 *
 * @category waiting
 * @since 0.1.0
 */
export class Waiter<in out A, in out E = never> extends Place implements Wakeable {
  readonly fiber: Fiber.Fiber<unknown, unknown>
  /** What the waiting code belongs to. */
  readonly node: CancelNode | undefined
  readonly queue: WakeQueue
  private readonly resume: (effect: Effect.Effect<A, E>) => void
  private state: "waiting" | "granted" | "left" = "waiting"
  private outcome: Exit.Exit<A, E> | undefined = undefined
  private handover: Handover | undefined = undefined
  /** Set when somebody was told that it waits. */
  declare private told: ((on: string, target?: WaitTarget) => void) | undefined

  constructor(fiber: Fiber.Fiber<unknown, unknown>, resume: (effect: Effect.Effect<A, E>) => void) {
    super()
    this.fiber = fiber
    this.node = currentNode(fiber)
    this.queue = wakeQueueOf(fiber)
    this.resume = resume
  }

  /** Nothing was given to it yet, and it has not left. */
  get waiting(): boolean {
    return this.state === "waiting"
  }

  /** Its scope was cancelled a moment ago and its fiber has not been told: nothing is handed to it before that. */
  get held(): boolean {
    const node = this.node
    return node !== undefined && node.trace !== undefined && !node.delivered && !node.hasEnded
  }

  /** From now on the waiter owns `value`. */
  give(value: A, handover?: Handover): void {
    this.handover = handover
    this.grant(Exit.succeed(value))
  }

  /** The wait ends without anything being handed over. */
  end(exit: Exit.Exit<A, E>): void {
    this.grant(exit)
  }

  private grant(outcome: Exit.Exit<A, E>): void {
    if (this.state !== "waiting") return
    this.state = "granted"
    this.outcome = outcome
    this.queue.enqueue(this)
  }

  /** Resumes the fiber with what the waiter was given, unless its scope was cancelled in the meantime. */
  wake(): void {
    if (this.state !== "granted") return
    if (this.held) {
      // Tell its fiber: it stops here and what it was given goes on to the next, unless it is cleanup that waits.
      this.node!.deliver()
      if (this.left) return
    }
    const outcome = this.outcome!
    this.outcome = undefined
    this.told?.("")
    if (this.handover === undefined) this.resume(outcome)
    else this.handOver(outcome, this.handover)
  }

  /** Resumes the fiber so that `received` is called if, and only if, the value arrives. */
  private handOver(outcome: Exit.Exit<A, E>, handover: Handover): void {
    if (!resumesAtOnce(this.fiber)) return this.resume(received(outcome, handover))
    handover.received()
    this.resume(outcome)
  }

  /** Tells whoever watches that the code waits for `what`, by its kind and its name, if it has one. */
  waitsFor(kind: string, what: WaitedFor | undefined): void {
    // Outside every scope, those who watch what it waits for.
    const watch = this.node?.observed ?? what?.resource?.watch
    if (watch !== undefined) this.announce(watch, waitText(kind, what), what)
  }

  private announce(watch: Watch, on: string, what: WaitedFor = {}): void {
    const id = numberOf(this.fiber, this.node)
    this.told = (text, target) => watch.tell((observer) => observer.taskWaiting(id, text, target))
    this.told(on, targetOf(what))
  }

  private get left(): boolean {
    return this.state === "left"
  }

  /**
   * The cleanup of the wait. `withdraw` is called if nothing had been given yet; without it the waiter leaves the line
   * that it is a place in.
   */
  leave(withdraw: () => Effect.Effect<void> | void = () => this.withdraw()): Effect.Effect<void> {
    const { state, handover } = this
    this.state = "left"
    this.told?.("")
    if (state === "granted") return handover === undefined ? Effect.void : handover.takeBack()
    return (state === "waiting" ? withdraw() : undefined) ?? Effect.void
  }
}

/**
 * Makes the running fiber wait. `register` puts the waiter where it waits and gives what withdraws it from there; it
 * gives nothing if there is no need to wait any more, and then `again` runs instead. (The scheduler may run others
 * between the look that led here and this step, so `register` has to look again.) Whoever watches is told that it waits
 * for `what`, by kind and name.
 *
 * @category waiting
 * @since 0.1.0
 */
export const waitHere = <A, E>(
  fiber: Fiber.Fiber<unknown, unknown>,
  register: (waiter: Waiter<A, E>) => (() => Effect.Effect<void> | void) | undefined,
  again: Effect.Effect<A, E>,
  kind = "an event",
  what?: WaitedFor
): Effect.Effect<A, E> =>
  Effect.callback<A, E>((resume) => {
    const waiter = new Waiter<A, E>(fiber, resume)
    const withdraw = register(waiter)
    if (withdraw === undefined) return resume(again)
    waiter.waitsFor(kind, what)
    return Effect.suspend(() => waiter.leave(withdraw))
  })

/**
 * As `waitHere`, for those who wait most often: `register` gives a waiter that is its own place, made with the running
 * fiber, and which knows how to leave.
 *
 * @category waiting
 * @since 0.1.0
 */
export const waitAs = <A, E>(
  register: (
    fiber: Fiber.Fiber<unknown, unknown>,
    resume: (effect: Effect.Effect<A, E>) => void
  ) => Waiter<A, E> | undefined,
  again: () => Effect.Effect<A, E>,
  kind: string,
  what: WaitedFor
): Effect.Effect<A, E> =>
  Effect.callback<A, E>((resume) => {
    const waiter = register(Fiber.getCurrent()!, resume)
    if (waiter === undefined) return resume(again())
    waiter.waitsFor(kind, what)
    return leaving(waiter, undefined, undefined)
  })

const leaving = primitive((_, waiter: Waiter<any, any>) => waiter.leave())

/** One operation that is one with the continuation. */
const received = <A, E>(outcome: Exit.Exit<A, E>, handover: Handover): Effect.Effect<A, E> =>
  // Nothing that fails is handed over.
  Exit.isFailure(outcome)
    ? outcome
    : Effect.withFiberSucceed(() => {
        handover.received()
        return outcome.value
      })

/** Thrown, because what an operation of one step returns goes to the continuation. */
const notNow = new Error("not now")

/**
 * Acts in one step with the continuation that gets what `act` gives, so that no cancel and no other fiber comes
 * between. `act` calls `retreat` if it cannot act any more: then `again` runs.
 *
 * @category waiting
 * @since 0.1.0
 */
export const inOneStep = <A, E, R>(
  act: (fiber: Fiber.Fiber<unknown, unknown>) => A,
  again: () => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  // `suspend(() => succeed(take()))` loses what it took when the scheduler gives way between the two operations.
  Effect.catchCause(Effect.withFiberSucceed(act), (cause) =>
    cause.reasons.some((reason) => reason._tag === "Die" && reason.defect === notNow)
      ? again()
      : Effect.failCause(cause)
  )

/**
 * Leaves the present step of `inOneStep` without having acted.
 *
 * @category waiting
 * @since 0.1.0
 */
export const retreat = (): never => {
  throw notNow
}
