import { millisText, plain } from "../internal/plain.ts"
import type { NodeInfo, Snapshot } from "../Snapshot.ts"
import { table } from "./table.ts"

const heads = ["ID", "KIND", "NAME", "STATE", "AGE", "LEFT", "WAITS FOR, OR WHY CANCELLED"]
/** The columns of numbers. */
const right = new Set([0, 4, 5])

const lastOf = ({ cancel, waitsFor }: NodeInfo): string => {
  const waits = waitsFor === undefined ? "" : `${plain(waitsFor.on)}, ${millisText(waitsFor.for)}`
  if (cancel === undefined) return waits
  const why = `${plain(cancel.because)}, ${millisText(cancel.ago)} ago`
  return waits === "" ? why : `${why}; waits for ${waits}`
}

const rowOf = (node: NodeInfo): ReadonlyArray<string> => [
  plain(String(node.id)),
  plain(node.kind),
  plain(node.name),
  plain(node.state),
  millisText(node.age),
  node.deadlineLeft === undefined ? "" : millisText(node.deadlineLeft),
  lastOf(node)
]

/** Nodes as a table, one a line. */
export const nodeTable = (nodes: ReadonlyArray<NodeInfo>): ReadonlyArray<string> =>
  table(heads, nodes.map(rowOf), right)

/** What a program is and how many live in it, in a line. */
export const headline = ({ findings, nodes, pid, program, resources }: Snapshot): string => {
  const count = (state: string): number => nodes.filter((node) => node.state === state).length
  const tasks = nodes.filter((node) => node.kind === "task").length
  return [
    `${plain(program)}, process ${plain(String(pid))}: ${tasks} tasks, ${nodes.length - tasks} scopes and groups`,
    `${count("waiting")} wait, ${count("cancelled")} cancelled`,
    `${resources.length} resources`,
    ...(findings.length === 0 ? [] : [`${findings.length} FINDINGS`])
  ].join("; ")
}

/** The tasks of a program, and what looks wrong. */
export const ps = (snapshot: Snapshot): string =>
  [
    headline(snapshot),
    ...snapshot.findings.map((finding) => `! ${plain(finding.text, 1000)}`),
    ...nodeTable(snapshot.nodes.filter((node) => node.kind === "task"))
  ].join("\n")
