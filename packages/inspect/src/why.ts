import { millisText, plain, quoted } from "./internal/plain.ts"
import type { NodeInfo, Snapshot } from "./Snapshot.ts"

/**
 * Says why a node was cancelled: which scope was asked, by which path it is reached, when, and who asked; and what the
 * node does now. It is named by its number or its name; of several of one name all are told of, up to five.
 *
 * @example A task that does not stop
 * ```ts
 * import * as Inspect from "@ferrule/inspect"
 *
 * const cancel = { reason: "DeadlinePassed", because: "the deadline passed", scope: "budget", path: ["shop", "budget"], ago: 3000 }
 * const snapshot: Inspect.Snapshot = {
 *   at: 0,
 *   pid: 7,
 *   program: "shop",
 *   nodes: [{ id: 4, kind: "task", name: "order", state: "cancelled", age: 5000, cancel }],
 *   resources: [],
 *   findings: []
 * }
 * console.log(Inspect.why(snapshot, "order"))
 * // => task "order" (#4): cancelled 3.0 s ago, and has not stopped
 * // =>   why:   the deadline passed
 * // =>   scope: "budget"
 * // =>   path:  shop › budget
 * // =>   now:   it waits for nothing of this library; it is 5.0 s old
 * ```
 *
 * @see toText for all nodes
 * @category showing
 * @since 0.1.0
 */
export const why = (snapshot: Snapshot, node: number | string): string => {
  const found = named(snapshot, node)
  if (found.length === 0) {
    const called = typeof node === "number" ? `has the number ${node}` : `is called ${quoted(node)}`
    return `nothing that runs ${called}: it has ended, or never began. toText shows all that there is.`
  }
  const told = found.slice(0, most).map(tell)
  const more = found.length - told.length
  return [...told, ...(more > 0 ? [`… ${more.toLocaleString("en")} more of that name`] : [])].join("\n")
}

const most = 5

const named = ({ nodes }: Snapshot, node: number | string): ReadonlyArray<NodeInfo> => {
  const byName = nodes.filter(({ id, name }) => id === node || name === node)
  // From a command line numbers come as text.
  return byName.length > 0 ? byName : nodes.filter(({ id }) => `${id}` === node || `#${id}` === node)
}

const tell = (node: NodeInfo): string => {
  const { age, cancel, id, kind, name, waitsFor } = node
  const now =
    waitsFor === undefined
      ? `it waits for nothing of this library; it is ${millisText(age)} old`
      : `it has waited ${millisText(waitsFor.for)} for ${plain(waitsFor.on)}; it is ${millisText(age)} old`
  const who = `${plain(kind)} ${quoted(name)} (#${plain(String(id))})`
  if (cancel === undefined) return `${who}: nobody has cancelled it\n  now:   ${now}`
  const { ago, askedBy, because, path, scope } = cancel
  return [
    `${who}: cancelled ${millisText(ago)} ago, and has not stopped`,
    `  why:   ${plain(because, 200)}`,
    `  scope: ${quoted(scope)}`,
    `  path:  ${shortPath(path)
      .map((part) => plain(part))
      .join(" › ")}`,
    ...(askedBy === undefined ? [] : [`  by:    ${quoted(askedBy)}`]),
    `  now:   ${now}`
  ].join("\n")
}

/** The ends of a long path say most. */
const shortPath = (path: ReadonlyArray<string>): ReadonlyArray<string> =>
  path.length <= 12 ? path : [...path.slice(0, 5), `… ${path.length - 10} more`, ...path.slice(-5)]
