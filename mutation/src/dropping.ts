import { replaced, wholeCall } from "./replace.ts"
import type { Found } from "./Site.ts"
import { at, calledName, isCall, type Module, type Node, walk } from "./syntax.ts"

/** What stands where the value of a dropped call was wanted. */
export interface Nothing {
  readonly value: string
  /** Whether it is dropped too where its value goes into another expression. */
  readonly everywhere: boolean
}

/** For a call that gives nothing. */
export const nothing: Nothing = { value: "undefined", everywhere: false }

/** A call whose value is thrown away, or is what a function gives. */
const standsAlone = (node: Node, around: ReadonlyArray<Node>): boolean => {
  const parent = around.at(-1)
  if (parent === undefined) return false
  if (parent.type === "ExpressionStatement" || parent.type === "ReturnStatement") return true
  if (parent.type === "ArrowFunctionExpression") return at(parent, "body") === node
  if (parent.type === "UnaryExpression") return parent["operator"] === "void"
  if (parent.type === "ConditionalExpression") {
    return at(parent, "test") !== node && standsAlone(parent, around.slice(0, -1))
  }
  return false
}

/** Calls that one of `names` stands for, each with nothing in its place. */
export const dropped = (
  module: Module,
  names: ReadonlyMap<string, Nothing>,
  wanted: (call: Node) => boolean = () => true
): ReadonlyArray<Found> => {
  const found: Array<Found> = []
  walk(module.program, (call, around) => {
    if (!isCall(call)) return
    const instead = names.get(calledName(call) ?? "")
    if (instead === undefined || !wanted(call)) return
    const node = wholeCall(call, around)
    const outside = node === call ? around : around.slice(0, -1)
    if (!instead.everywhere && !standsAlone(node, outside)) return
    const alone = outside.at(-1)?.type === "ExpressionStatement"
    found.push({ node, edits: [replaced(module, node, alone ? "undefined" : instead.value)] })
  })
  return found
}
