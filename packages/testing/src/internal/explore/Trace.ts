import { clockOf, type Observer } from "@ferrule/runtime"
import type * as Fiber from "effect/Fiber"
import type * as Tracer from "effect/Tracer"
import type { Step } from "../../FailingSchedule.ts"
import { Cast } from "./Cast.ts"
import type { Witness } from "./runOnce.ts"

type AnyFiber = Fiber.Fiber<unknown, unknown>

interface Segment {
  readonly fiber: AnyFiber
  readonly at: number
  who: string
  operations: number
  readonly did: Array<string>
  stop: Step["stop"]
  on: string | undefined
}

const longest = 60

/** Effect shows what an operation is through `toJSON`: its name, and what it was made with. */
const lineOf = (primitive: object): string | undefined => {
  if (!("toJSON" in primitive) || typeof primitive.toJSON !== "function") return undefined
  const { op, args } = primitive.toJSON() as { readonly op?: unknown; readonly args?: unknown }
  if (op !== "Sync" || typeof args !== "function") return undefined
  const source = Function.prototype.toString.call(args).replaceAll(/\s+/g, " ")
  return source.length > longest ? `${source.slice(0, longest)}…` : source
}

/** Writes down who ran when, and the code of each `Effect.sync` on the way. */
export class Trace implements Witness {
  readonly #segments: Array<Segment> = []
  #cast = new Cast(undefined)
  readonly #lastOf = new Map<AnyFiber, Segment>()
  #isOver = false

  ran(fiber: AnyFiber, begins: boolean): void {
    if (this.#isOver) return
    const current = this.#segments.at(-1)
    if (begins || current?.fiber !== fiber) this.#open(fiber, begins)
    this.#segments.at(-1)!.operations++
  }

  preempted(fiber: AnyFiber): void {
    const segment = this.#lastOf.get(fiber)
    if (segment === undefined || this.#isOver) return
    // It has not done the one before which it was stopped.
    segment.operations--
    segment.stop = "is preempted"
  }

  over(): void {
    this.#settle()
    for (const [fiber, segment] of this.#lastOf) if (fiber.pollUnsafe() !== undefined) segment.stop = "ends"
    this.#isOver = true
  }

  tracer(around: Tracer.Tracer): Tracer.Tracer {
    return {
      span: (options) => around.span(options),
      context: (primitive, fiber) => {
        const segment = this.#lastOf.get(fiber)
        const line = this.#isOver || segment === undefined ? undefined : lineOf(primitive)
        if (line !== undefined) segment!.did.push(line)
        if (around.context !== undefined) return around.context(primitive, fiber)
        return primitive["~effect/Effect/evaluate"](fiber)
      }
    }
  }

  observer(around: Observer | undefined): Observer {
    return (this.#cast = new Cast(around))
  }

  get steps(): ReadonlyArray<Step> {
    return this.#segments.map(({ at, who, operations, did, stop, on }) => ({
      at,
      who,
      operations,
      did,
      stop,
      ...(on === undefined || stop !== "waits" ? {} : { on })
    }))
  }

  #open(fiber: AnyFiber, begins: boolean): void {
    const before = this.#lastOf.get(fiber)
    // It was on the stack all the time, below those that it woke or started.
    if (!begins && before !== undefined) before.stop = "lets others run"
    this.#settle()
    const at = clockOf(fiber).currentTimeMillisUnsafe()
    const segment: Segment = { fiber, at, who: "", operations: 0, did: [], stop: "waits", on: undefined }
    this.#segments.push(segment)
    this.#lastOf.set(fiber, segment)
  }

  /** Who ran last has stopped: by now it is known who that is, and what it waits for. */
  #settle(): void {
    const last = this.#segments.at(-1)
    if (last === undefined) return
    last.who = this.#cast.nameOf(last.fiber)
    last.on = this.#cast.waitOf(last.fiber)
  }
}
