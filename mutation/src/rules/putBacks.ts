/**
 * Put-backs dropped: what was taken, or the place where somebody stood, stays taken.
 *
 * - A call of one of the names below, by itself (as in `wakes`), is dropped; where its value is wanted, what it would say
 *   if there were nothing to put back stands in its place.
 * - `retreat()`, which throws so that a step is tried again, is dropped; of `… ? retreat() : x` stays `x`.
 */
import { dropped, nothing } from "../dropping.ts"
import { replaced, sourceOf } from "../replace.ts"
import type { Found, Rule } from "../Site.ts"
import { at, calledName, isCall, type Module, type Node, walk } from "../syntax.ts"

/** Calls that give nothing, by what they put back. */
const silent = {
  "what was taken": ["giveBack", "returned", "release", "lose", "unlock", "retreat"],
  "a place in a line": ["withdraw", "withdrawAll", "remove", "delete", "removeAll", "forget"],
  "a place in a tree or a table": ["removeDeadline", "detach", "unlink", "removeEventListener"],
  "a timer": ["callOff", "disarm", "rest", "clear", "clearTimeout", "clearImmediate"]
}

const names = new Map([
  ...Object.values(silent)
    .flat()
    .map((name) => [name, nothing] as const),
  ["takeBack", { value: "Effect.void", everywhere: true }],
  ["putBack", { value: '"kept"', everywhere: true }],
  ["leave", { value: "Effect.void", everywhere: false }]
])

const isRetreat = (node: Node | undefined): boolean =>
  node !== undefined && isCall(node) && calledName(node) === "retreat"

/** `… ? retreat() : x`, and `… ? x : retreat()`. */
const notRetreating = (module: Module): ReadonlyArray<Found> => {
  const found: Array<Found> = []
  walk(module.program, (node) => {
    if (node.type !== "ConditionalExpression") return
    const [then, otherwise] = [at(node, "consequent"), at(node, "alternate")]
    const stays = isRetreat(then) ? otherwise : isRetreat(otherwise) ? then : undefined
    if (stays !== undefined) found.push({ node, edits: [replaced(module, node, sourceOf(module, stays))] })
  })
  return found
}

const find = (module: Module): ReadonlyArray<Found> => {
  const inConditional = notRetreating(module)
  const others = dropped(module, names).filter(
    ({ node }) =>
      !isRetreat(node) || !inConditional.some((one) => one.node.start < node.start && node.end <= one.node.end)
  )
  return [...inConditional, ...others]
}

export const putBacks: Rule = { name: "putBacks", find }
