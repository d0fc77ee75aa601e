/**
 * Tie comparisons turned: what happens when both sides are equal happens the other way round.
 *
 * Every `<` becomes `<=` and every `<=` becomes `<`; `>` and `>=` likewise. All of them, because all that is compared in
 * these packages is a time, an order or a count.
 */
import type { Found, Rule } from "../Site.ts"
import { at, type Module, walk } from "../syntax.ts"

const turned: Readonly<Record<string, string>> = { "<": "<=", "<=": "<", ">": ">=", ">=": ">" }

const find = (module: Module): ReadonlyArray<Found> => {
  const found: Array<Found> = []
  walk(module.program, (node) => {
    const operator = String(node["operator"])
    const instead = node.type === "BinaryExpression" ? turned[operator] : undefined
    if (instead === undefined) return
    const start = module.code.indexOf(operator, at(node, "left")!.end)
    found.push({ node, edits: [{ start, end: start + operator.length, text: instead }] })
  })
  return found
}

export const ties: Rule = { name: "ties", find }
