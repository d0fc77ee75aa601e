import type { Life } from "./History.ts"

/** A part of a bar, in pixels from the left. */
interface Part {
  readonly look: "runs" | "waits" | "cleansUp"
  readonly x: number
  readonly width: number
}

export interface Bar {
  readonly parts: ReadonlyArray<Part>
  /** Where it was cancelled. */
  readonly cancel: number | undefined
  /** Where it ended, and how. */
  readonly end: { readonly x: number; readonly failed: boolean } | undefined
}

/** The stretch of time that is shown, and on how many pixels. */
export interface Axis {
  readonly from: number
  readonly to: number
  readonly width: number
}

const xOf = (axis: Axis, at: number): number => ((at - axis.from) / (axis.to - axis.from)) * axis.width

/** The bar of a life: what it did when, as far as the axis shows it. Nothing if it lies outside. */
export const barOf = (life: Life, axis: Axis): Bar | undefined => {
  const to = life.to ?? axis.to
  if (to < axis.from || life.from > axis.to) return undefined
  const clamp = (at: number): number => Math.min(Math.max(at, axis.from), axis.to)
  const part = (look: Part["look"], from: number, until: number): ReadonlyArray<Part> => {
    const x = xOf(axis, clamp(from))
    const width = xOf(axis, clamp(until)) - x
    return width <= 0 && until !== to ? [] : [{ look, x, width: Math.max(width, 1) }]
  }
  const cancelledAt = life.cancelled?.at
  const runs = part("runs", life.from, cancelledAt ?? to)
  const cleansUp = cancelledAt === undefined ? [] : part("cleansUp", cancelledAt, to)
  const waits = life.waits.flatMap((wait) =>
    (wait.to ?? to) < axis.from || wait.from > axis.to ? [] : part("waits", wait.from, wait.to ?? to)
  )
  const inside = (at: number | undefined): number | undefined =>
    at === undefined || at < axis.from || at > axis.to ? undefined : xOf(axis, at)
  const end = inside(life.to)
  return {
    parts: [...runs, ...cleansUp, ...waits],
    cancel: inside(cancelledAt),
    end: end === undefined ? undefined : { x: end, failed: life.failed }
  }
}

const steps = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 600, 3600].map((seconds) => seconds * 1000)

/** Where lines with a time stand: at least 80 pixels apart, each so many milliseconds before the right edge. */
export const ticksOf = (axis: Axis): ReadonlyArray<{ readonly x: number; readonly ago: number }> => {
  const span = axis.to - axis.from
  const step = steps.find((millis) => (millis / span) * axis.width >= 80) ?? span
  const count = Math.floor(span / step)
  return Array.from({ length: count }, (_, index) => {
    const ago = (index + 1) * step
    return { x: xOf(axis, axis.to - ago), ago }
  })
}
