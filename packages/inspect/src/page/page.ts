/** The page: asks again and again, and shows what it was told. */
import { plain } from "../internal/plain.ts"
import type { Snapshot } from "../Snapshot.ts"
import { showDetails } from "./details.ts"
import { History } from "./History.ts"
import { type Row, rowsOf } from "./rows.ts"
import { NoAnswer, Source } from "./Source.ts"
import { TimelineView } from "./TimelineView.ts"
import { TreeView } from "./TreeView.ts"

const find = <A extends HTMLElement>(id: string): A => document.querySelector<A>(`#${id}`)!

const tree = find("tree")
const canvas = find<HTMLCanvasElement>("timeline")
const treeView = new TreeView(tree, find("space"))
const timelineView = new TimelineView(canvas, find<HTMLCanvasElement>("axis"))
const filter = find<HTMLInputElement>("filter")
const ended = find<HTMLInputElement>("ended")
const span = find<HTMLSelectElement>("span")
const pause = find<HTMLButtonElement>("pause")
const trouble = find("trouble")

const source = new Source(location.hash.slice(1))
const history = new History()
/** The longest time that can be chosen: what ended before is forgotten. */
const longest = Math.max(...[...span.options].map((option) => Number(option.value)))
const closed = new Set<number>()

let snapshot: Snapshot | undefined
let rows: ReadonlyArray<Row> = []
let picked: number | undefined
/** The moment that is shown while the page is paused. */
let frozen: number | undefined
/** By our own clock, when the snapshot came. */
let came = 0

/** The program's time, which goes on between two answers. */
const now = (): number => frozen ?? (snapshot === undefined ? 0 : snapshot.at + performance.now() - came)

const draw = (): void => {
  if (snapshot === undefined) return
  treeView.show(rows, picked, now())
  timelineView.show(rows, tree.scrollTop, now(), Number(span.value))
  const life = picked === undefined ? undefined : history.lives.get(picked)
  if (life === undefined) find("details").replaceChildren()
  else showDetails(find("details"), life, snapshot, now())
}

const arrange = (): void => {
  rows = rowsOf(history.lives.values(), { closed, filter: filter.value, showEnded: ended.checked })
  draw()
}

const showHead = ({ findings, nodes, pid, program, resources }: Snapshot): void => {
  const count = (state: string): number => nodes.filter((node) => node.state === state).length
  const words = [
    `process ${pid}`,
    `${nodes.filter(({ kind }) => kind === "task").length.toLocaleString("en")} tasks`,
    `${nodes.filter(({ kind }) => kind !== "task").length.toLocaleString("en")} scopes and groups`,
    `${count("waiting").toLocaleString("en")} wait`,
    `${count("cancelled").toLocaleString("en")} cancelled`,
    `${resources.length.toLocaleString("en")} resources`,
    ...(history.lost === 0 ? [] : [`${history.lost.toLocaleString("en")} events came too fast to be shown`])
  ]
  document.title = `${plain(program)} · ferrule-inspect`
  find("program").textContent = plain(program)
  find("counts").textContent = words.join(" · ")
  const items = findings.map((finding) => {
    const item = document.createElement("li")
    item.textContent = plain(finding.text, 1000)
    return item
  })
  find("findings").replaceChildren(...items)
}

const refresh = async (): Promise<void> => {
  const signal = AbortSignal.timeout(10_000)
  // Events first: whoever began between the two answers is then in the snapshot, and nobody who ended is.
  const timeline = await source.timeline(history.last, signal)
  const next = await source.snapshot(signal)
  history.add(timeline)
  history.see(next)
  history.forget(next.at - longest)
  snapshot = next
  came = performance.now()
  showHead(next)
  arrange()
}

const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches

const again = async (): Promise<void> => {
  try {
    if (frozen === undefined) await refresh()
    trouble.hidden = true
  } catch (error) {
    trouble.textContent = error instanceof NoAnswer ? error.message : `Something went wrong: ${String(error)}`
    trouble.hidden = false
  }
  setTimeout(() => void again(), document.hidden ? 5000 : 1000)
}

/** Bars grow by a few pixels a second: more pictures than these would only cost. */
const pictureEvery = 100
let drawn = 0

const animate = (at: number): void => {
  if (at - drawn >= pictureEvery && frozen === undefined && !isCalm && trouble.hidden) {
    drawn = at
    draw()
  }
  requestAnimationFrame(animate)
}

const pick = (index: number): void => {
  const row = rows[Math.min(Math.max(index, 0), rows.length - 1)]
  if (row === undefined) return
  picked = row.life.id
  treeView.reveal(rows.indexOf(row))
  draw()
}

const isBranch = (row: Row | undefined): boolean => row !== undefined && row.isOpen && row.below > 0

/** The line of the parent of the one at `index`. */
const outerOf = (index: number): number =>
  rows.findLastIndex((row, at) => at < index && row.level < (rows[index]?.level ?? 0))

const open = (row: Row | undefined, isOpen: boolean): void => {
  if (row === undefined || row.below === 0) return
  if (isOpen) closed.delete(row.life.id)
  else closed.add(row.life.id)
  arrange()
}

const setPaused = (value: boolean): void => {
  frozen = value ? now() : undefined
  pause.ariaPressed = String(value)
  pause.textContent = value ? "Go on" : "Pause"
  draw()
}

tree.addEventListener("scroll", draw, { passive: true })
new ResizeObserver(draw).observe(tree)
canvas.addEventListener("wheel", (event) => (tree.scrollTop += event.deltaY), { passive: true })
tree.addEventListener("click", ({ target }) => {
  const line = (target as Element).closest<HTMLElement>(".row")
  if (line === null) return
  const index = Number(line.dataset["index"])
  if ((target as Element).classList.contains("twist")) open(rows[index], rows[index]?.isOpen !== true)
  pick(index)
})
tree.addEventListener("keydown", (event) => {
  const at = rows.findIndex((row) => row.life.id === picked)
  const keys: Record<string, () => void> = {
    ArrowDown: () => pick(at + 1),
    ArrowUp: () => pick(at - 1),
    PageDown: () => pick(at + treeView.window.count - 2),
    PageUp: () => pick(at - treeView.window.count + 2),
    Home: () => pick(0),
    End: () => pick(rows.length - 1),
    ArrowRight: () => (rows[at]?.isOpen === true ? pick(rows[at].below > 0 ? at + 1 : at) : open(rows[at], true)),
    ArrowLeft: () => (isBranch(rows[at]) ? open(rows[at], false) : pick(outerOf(at))),
    " ": () => setPaused(frozen === undefined)
  }
  const act = keys[event.key]
  if (act === undefined) return
  event.preventDefault()
  act()
})
filter.addEventListener("input", arrange)
ended.addEventListener("change", arrange)
span.addEventListener("change", draw)
pause.addEventListener("click", () => setPaused(frozen === undefined))

void again()
requestAnimationFrame(animate)
