import { currentNode, pathOf } from "@ferrule/runtime"
import type * as Fiber from "effect/Fiber"
import * as References from "effect/References"

/**
 * What can be told of a fiber that waits, runs on or was left behind.
 *
 * @category models
 * @since 0.1.0
 */
export interface FiberInfo {
  readonly id: number
  /** The names of the groups, tasks and scopes it belongs to, outermost first; empty outside all of them. */
  readonly path: ReadonlyArray<string>
  /** The spans and functions of `Effect.fn` it is in, innermost first, each with its place where that is known. */
  readonly frames: ReadonlyArray<string>
  /** What it waits for, where that is of this library: `task "b"`, `room in "jobs"`, `a mutex`. */
  readonly on?: string | undefined
}

const maxFrames = 4
const maxLines = 20

/** The innermost first. */
export const framesOf = (innermost: References.StackFrame | undefined): ReadonlyArray<string> => {
  const frames: Array<string> = []
  for (let frame = innermost; frame !== undefined && frames.length < maxFrames; frame = frame.parent) {
    const place = frame.stack()?.split("\n")[0]?.trim()
    frames.push(place === undefined || place === "" ? frame.name : `${frame.name} ${place}`)
  }
  return frames
}

/** Looks at a fiber that has not ended. */
export const fiberInfo = (fiber: Fiber.Fiber<unknown, unknown>): FiberInfo => {
  const node = currentNode(fiber)
  return {
    id: fiber.id,
    path: node === undefined ? [] : pathOf(node),
    frames: framesOf(fiber.getRef(References.CurrentStackFrame))
  }
}

const textOf = ({ path, frames, on }: FiberInfo, called: string): string =>
  [
    called,
    path.length === 0 ? "" : ` of ${path.join(" › ")}`,
    frames.length === 0 ? "" : `, in ${frames[0]}`,
    on === undefined ? "" : `, waits for ${on}`
  ].join("")

/** `the root fiber of bank › a to b, in transfer`. */
export const describeFiber = (fiber: Fiber.Fiber<unknown, unknown>, called: string): string =>
  textOf(fiberInfo(fiber), called)

const lineOf = (info: FiberInfo): string => `\n  ${textOf(info, `fiber ${info.id}`)}`

/** One line for each fiber that is known by name; `count` is how many there are. */
export const linesOf = (fibers: ReadonlyArray<FiberInfo>, count = fibers.length): string => {
  const lines = fibers.slice(0, maxLines).map(lineOf)
  const others = count - lines.length
  return others > 0 && lines.length > 0 ? `${lines.join("")}\n  and ${others} more` : lines.join("")
}

/** `1 fiber`, `3 fibers`. */
export const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? "" : "s"}`
