/** Whatever programs take for a name, as JSON of a bearable length. */
import type { Snapshot } from "../Snapshot.ts"
import type { Timeline } from "../Timeline.ts"
import { shortened } from "./plain.ts"

/** Longer words are cut: ten thousand events with a name of a megabyte are more than a string can hold. */
const longest = 1_000

const isLong = (word: unknown): boolean => typeof word === "string" && word.length > longest

const tamed = (_: string, value: unknown): unknown => {
  if (typeof value === "string") return shortened(value, longest)
  return typeof value === "bigint" || typeof value === "symbol" ? String(value) : value
}

const tame = (data: unknown, hasLong: boolean): string => {
  if (hasLong) return JSON.stringify(data, tamed)
  try {
    return JSON.stringify(data)
  } catch {
    return JSON.stringify(data, tamed)
  }
}

export const snapshotJson = (snapshot: Snapshot): string => {
  const { nodes, resources } = snapshot
  const hasLong =
    nodes.some(({ cancel, name }) => isLong(name) || isLong(cancel?.because)) ||
    resources.some(({ name }) => isLong(name))
  return tame(snapshot, hasLong)
}

export const timelineJson = (timeline: Timeline): string =>
  tame(
    timeline,
    timeline.events.some(({ name, on }) => isLong(name) || isLong(on))
  )
