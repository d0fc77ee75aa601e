import { millisText, plain } from "../internal/plain.ts"
import type { Life } from "./History.ts"
import type { Row } from "./rows.ts"

export const rowHeight = 22

/** What a life is doing, in a word. */
export const stateOf = (life: Life): string => {
  if (life.to === undefined) return life.info?.state ?? (life.cancelled === undefined ? "running" : "cancelled")
  if (life.failed) return "failed"
  return life.cancelled === undefined ? "ended" : "stopped"
}

const lastOf = (life: Life): string => {
  const waits = life.info?.waitsFor
  if (life.cancelled !== undefined)
    return waits === undefined ? life.cancelled.because : `${life.cancelled.because}; waits for ${waits.on}`
  return waits === undefined ? "" : `${waits.on}, ${millisText(waits.for)}`
}

const element = (name: string, className: string): HTMLElement => {
  const made = document.createElement(name)
  made.className = className
  return made
}

/** The element of a line. It is used for other lines when this one is scrolled away. */
class Line {
  readonly element = element("div", "row")
  readonly #twist = element("span", "twist")
  readonly #name = element("span", "name")
  readonly #text = document.createElement("span")
  readonly #kind = element("span", "kind")
  readonly #below = element("span", "below")
  readonly #state = element("span", "state")
  readonly #age = element("span", "number")
  readonly #left = element("span", "number")
  readonly #last = element("span", "last")

  constructor() {
    this.element.setAttribute("role", "treeitem")
    this.#name.append(this.#twist, this.#kind, " ", this.#text, this.#below)
    this.element.append(this.#name, this.#state, this.#age, this.#left, this.#last)
  }

  show(row: Row, index: number, isPicked: boolean, now: number): void {
    const { life, level } = row
    const { style } = this.element
    style.top = `${index * rowHeight}px`
    this.element.id = `node-${life.id}`
    this.element.dataset["index"] = String(index)
    this.element.ariaLevel = String(level)
    this.element.ariaSelected = String(isPicked)
    this.element.ariaExpanded = row.below === 0 ? null : String(row.isOpen)
    this.element.classList.toggle("ended", life.to !== undefined)
    this.#name.style.paddingLeft = `${Math.min(level - 1, 24) * 14}px`
    this.#twist.textContent = row.below === 0 ? "" : row.isOpen ? "▾" : "▸"
    this.#kind.textContent = life.kind
    this.#text.textContent = plain(life.name)
    this.#below.textContent = row.below > 0 && !row.isOpen ? `  ${row.below.toLocaleString("en")} below` : ""
    const state = stateOf(life)
    this.#state.textContent = state
    this.#state.className = `state ${state}`
    this.#age.textContent = millisText((life.to ?? now) - life.from)
    const left = life.info?.deadlineLeft
    this.#left.textContent = left === undefined ? "" : millisText(left)
    this.#last.textContent = plain(lastOf(life), 300)
    this.#name.title = plain(life.name)
    this.#last.title = this.#last.textContent
  }
}

/** Draws the lines that can be seen, and no others, however many there are. */
export class TreeView {
  readonly scroller: HTMLElement
  readonly #space: HTMLElement
  readonly #lines: Array<Line> = []

  constructor(scroller: HTMLElement, space: HTMLElement) {
    this.scroller = scroller
    this.#space = space
  }

  /** The first line that can be seen, and how many can. */
  get window(): { readonly first: number; readonly count: number } {
    const first = Math.floor(this.scroller.scrollTop / rowHeight)
    return { first, count: Math.ceil(this.scroller.clientHeight / rowHeight) + 1 }
  }

  show(rows: ReadonlyArray<Row>, picked: number | undefined, now: number): void {
    this.#space.style.height = `${rows.length * rowHeight}px`
    const { count, first } = this.window
    const shown = rows.slice(first, first + count)
    while (this.#lines.length < shown.length) {
      const line = new Line()
      this.#lines.push(line)
      this.scroller.append(line.element)
    }
    for (const [index, line] of this.#lines.entries()) {
      const row = shown[index]
      line.element.hidden = row === undefined
      if (row === undefined) line.element.removeAttribute("id")
      else line.show(row, first + index, row.life.id === picked, now)
    }
    const isShown = shown.some((row) => row.life.id === picked)
    if (isShown) this.scroller.setAttribute("aria-activedescendant", `node-${picked}`)
    else this.scroller.removeAttribute("aria-activedescendant")
  }

  /** Scrolls until the line can be seen. */
  reveal(index: number): void {
    const top = index * rowHeight
    const { clientHeight, scrollTop } = this.scroller
    if (top < scrollTop) this.scroller.scrollTop = top
    else if (top + rowHeight > scrollTop + clientHeight) this.scroller.scrollTop = top + rowHeight - clientHeight
  }
}
