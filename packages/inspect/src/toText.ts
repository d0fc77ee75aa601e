import { millisText, plain } from "./internal/plain.ts"
import { type Row, treeRows } from "./internal/treeRows.ts"
import type { NodeInfo, ResourceInfo, Snapshot } from "./Snapshot.ts"

/**
 * How a snapshot is shown.
 *
 * @category models
 * @since 0.1.0
 */
export interface TextOptions {
  /** How many are shown of siblings that look alike; 5 without it. */
  readonly alike?: number
}

/**
 * Shows a snapshot as a tree with a line for each node: its name, what it is, its number, how it stands, its age, for
 * what it waits, the time left until its deadline, why it was cancelled. Then what is open, and what looks wrong. Of
 * siblings that look alike only some are shown, and how many there are. Characters that would move the cursor, change the
 * direction of the text or hide are shown by their number.
 *
 * @example A tree of tasks
 * ```ts
 * import * as Inspect from "@ferrule/inspect"
 *
 * const wait = { state: "waiting", waitsFor: { on: 'mutex "db"', for: 4000 }, age: 4100, kind: "task", parent: 1 } as const
 * const snapshot: Inspect.Snapshot = {
 *   at: 0,
 *   pid: 7,
 *   program: "shop",
 *   nodes: [
 *     { id: 1, kind: "group", name: "shop", state: "running", age: 61_000 },
 *     ...Array.from({ length: 1000 }, (_, index) => ({ id: index + 2, name: `shop/${index}`, ...wait }))
 *   ],
 *   resources: [],
 *   findings: []
 * }
 * console.log(Inspect.toText(snapshot, { alike: 2 }))
 * // => shop · process 7 · 1,001 nodes
 * // => shop       group  #1  running  1 min 1 s
 * // => ├─ shop/0  task   #2  waiting      4.1 s  4.0 s for mutex "db"
 * // => ├─ shop/1  task   #3  waiting      4.1 s  4.0 s for mutex "db"
 * // => └─ … 998 more like shop/2
 * ```
 *
 * @see why for the cancel of one node in full
 * @category showing
 * @since 0.1.0
 */
export const toText = (snapshot: Snapshot, options: TextOptions = {}): string => {
  const { findings, nodes, pid, program, resources } = snapshot
  const count = `${nodes.length.toLocaleString("en")} node${nodes.length === 1 ? "" : "s"}`
  return [
    [plain(program), ...(pid === 0 ? [] : [`process ${plain(String(pid))}`]), count].join(" · "),
    ...table(treeRows(nodes, options.alike ?? 5)),
    ...resourceLines(resources, nodes),
    ...findings.map(({ text }) => `! ${plain(text, 10_000)}`)
  ].join("\n")
}

const cellsOf = ({ lines, node }: Row): ReadonlyArray<string> =>
  node === undefined
    ? [lines]
    : [
        `${lines}${plain(node.name)}`,
        plain(node.kind),
        `#${plain(String(node.id))}`,
        plain(node.state),
        millisText(node.age),
        [waitText(node), shieldText(node), deadlineText(node), cancelText(node)]
          .filter((text) => text !== "")
          .join(", ")
      ]

const waitText = ({ waitsFor }: NodeInfo): string =>
  waitsFor === undefined ? "" : `${millisText(waitsFor.for)} for ${plain(waitsFor.on)}`

const shieldText = ({ kind, shielded }: NodeInfo): string => (shielded === true && kind !== "shield" ? "shielded" : "")

const deadlineText = ({ deadlineLeft }: NodeInfo): string =>
  deadlineLeft === undefined ? "" : `deadline in ${millisText(deadlineLeft)}`

const cancelText = ({ cancel }: NodeInfo): string =>
  cancel === undefined ? "" : `cancelled ${millisText(cancel.ago)} ago: ${plain(cancel.because, 100)}`

const moreText = ({ like, lines, more }: Row): string =>
  `${lines}… ${more.toLocaleString("en")} more ${like === undefined ? "below" : `like ${plain(like.name)}`}`

/** Ages are read from the right. */
const ageColumn = 4

const table = (rows: ReadonlyArray<Row>): ReadonlyArray<string> => {
  const cells = rows.map(cellsOf)
  const widths: Array<number> = []
  for (const row of cells)
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, widthOf(cell))))
  return rows.map((row, index) => {
    if (row.node === undefined) return moreText(row)
    const padded = cells[index]!.map((cell, column) => {
      const space = " ".repeat(widths[column]! - widthOf(cell))
      return column === ageColumn ? space + cell : cell + space
    })
    return padded.join("  ").trimEnd()
  })
}

const widthOf = (text: string): number => Array.from(text).length

/** Parts are shown as a count of what they are a part of. */
const resourceLines = (
  resources: ReadonlyArray<ResourceInfo>,
  nodes: ReadonlyArray<NodeInfo>
): ReadonlyArray<string> => {
  const names = new Map(nodes.map(({ id, name }) => [id, name]))
  const nameOf = (owner: number | undefined): string =>
    owner === undefined ? "" : `, by ${plain(names.get(owner) ?? `#${owner}, which has ended`)}`
  const whole = resources.filter(({ of }) => of === undefined)
  const shown = whole.slice(0, mostResources).map(({ id, kind, name, owner, state }) => {
    const figures = Object.entries(state).map(([word, value]) => `${plain(word)} ${plain(String(value))}`)
    const holders = resources.filter(({ of }) => of === id).map((part) => `${plain(part.kind)}${nameOf(part.owner)}`)
    const held =
      holders.length === 0
        ? ""
        : ` (${holders.slice(0, mostHolders).join("; ")}${holders.length > mostHolders ? "; …" : ""})`
    return `${plain(kind)} ${plain(name)}${nameOf(owner)}: ${figures.join(", ")}${held}`
  })
  const more = whole.length - shown.length
  return more > 0 ? [...shown, `… ${more.toLocaleString("en")} more resources`] : shown
}

const mostResources = 50
const mostHolders = 5
