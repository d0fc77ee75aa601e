import { millisText } from "../internal/plain.ts"
import { type Axis, type Bar, barOf, ticksOf } from "./bars.ts"
import type { Row } from "./rows.ts"
import { rowHeight } from "./TreeView.ts"

type Pen = CanvasRenderingContext2D

/** Makes a canvas as sharp as the screen, and clears it. Its pen counts in CSS pixels. */
const penOf = (canvas: HTMLCanvasElement): Pen => {
  const { clientHeight, clientWidth } = canvas
  const scale = window.devicePixelRatio
  const width = Math.round(clientWidth * scale)
  const height = Math.round(clientHeight * scale)
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
  const pen = canvas.getContext("2d")!
  pen.setTransform(scale, 0, 0, scale, 0, 0)
  pen.clearRect(0, 0, clientWidth, clientHeight)
  return pen
}

/** Draws the bars beside the lines of the tree. */
export class TimelineView {
  readonly #canvas: HTMLCanvasElement
  readonly #axis: HTMLCanvasElement

  constructor(canvas: HTMLCanvasElement, axis: HTMLCanvasElement) {
    this.#canvas = canvas
    this.#axis = axis
  }

  /** `scrolled` is how far the tree is, in pixels; `now` the right edge. */
  show(rows: ReadonlyArray<Row>, scrolled: number, now: number, span: number): void {
    const style = getComputedStyle(this.#canvas)
    const colour = (name: string): string => style.getPropertyValue(`--${name}`)
    const axis: Axis = { from: now - span, to: now, width: this.#canvas.clientWidth - 8 }
    const height = this.#canvas.clientHeight
    const pen = penOf(this.#canvas)
    pen.fillStyle = colour("line")
    for (const { x } of ticksOf(axis)) pen.fillRect(Math.round(x), 0, 1, height)
    const first = Math.floor(scrolled / rowHeight)
    for (let index = first; index < rows.length && index * rowHeight - scrolled < height; index++) {
      const bar = barOf(rows[index]!.life, axis)
      if (bar !== undefined) drawBar(pen, bar, index * rowHeight - scrolled, colour)
    }
    this.#drawAxis(axis, colour("quiet"))
  }

  #drawAxis(axis: Axis, colour: string): void {
    const pen = penOf(this.#axis)
    pen.fillStyle = colour
    pen.font = "11px system-ui, sans-serif"
    pen.textAlign = "center"
    for (const { ago, x } of ticksOf(axis)) if (x > 20) pen.fillText(`−${millisText(ago)}`, x, 15)
  }
}

const insets = { runs: 5, cleansUp: 5, waits: 8 }

const drawBar = (pen: Pen, bar: Bar, top: number, colour: (name: string) => string): void => {
  for (const { look, width, x } of bar.parts) {
    const inset = insets[look]
    pen.fillStyle = colour(look)
    pen.fillRect(x, top + inset, width, rowHeight - 2 * inset)
  }
  pen.fillStyle = colour("bad")
  if (bar.cancel !== undefined) pen.fillRect(Math.round(bar.cancel) - 1, top + 2, 2, rowHeight - 4)
  if (bar.end?.failed === true) {
    pen.font = "bold 12px system-ui, sans-serif"
    pen.textAlign = "center"
    pen.fillText("✕", bar.end.x + 6, top + 15)
  }
}
