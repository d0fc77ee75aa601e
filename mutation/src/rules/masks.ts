/**
 * Masks removed: what ran where no interruption can come runs as its surroundings do.
 *
 * - `Effect.uninterruptible(x)` becomes `x`.
 * - `Effect.uninterruptibleMask(f)` becomes `f` called with what Effect would give it, and no mask around.
 * - `inMaskedStep(f)` becomes `Effect.suspend(f)`.
 * - `runRegionMasked(restore, …)` becomes `restore(…)` of itself.
 * - `Effect.acquireRelease(acquire, release)` gets `{ interruptible: true }`: its acquire is masked no more.
 * - `uninterruptible: true`, in the options of a fiber, becomes `false`.
 * - the last argument of `startFiber(…, true)` becomes `false`.
 * - `x.masked = true` and `x.shielded = true` become `= false`.
 */
import { replaced, sourceOf } from "../replace.ts"
import type { Found, Rule } from "../Site.ts"
import { at, calledName, calledOn, isCall, isLiteral, listAt, type Module, type Node, walk } from "../syntax.ts"

const unmasked = (module: Module, call: Node): string | undefined => {
  const name = calledName(call)
  const [first] = listAt(call, "arguments")
  if (first === undefined) return undefined
  const code = sourceOf(module, first)
  if (calledOn(call) === "Effect" && name === "uninterruptible") return code
  if (calledOn(call) === "Effect" && name === "uninterruptibleMask") {
    return `Effect.withFiber((fiber) => (${code})(fiber.interruptible ? Effect.interruptible : (self) => self))`
  }
  if (name === "inMaskedStep") return `Effect.suspend(${code})`
  if (name === "runRegionMasked") return `${code}(Effect.suspend(() => ${sourceOf(module, call)}))`
  return undefined
}

const isAcquire = (call: Node): boolean =>
  calledOn(call) === "Effect" && calledName(call) === "acquireRelease" && listAt(call, "arguments").length === 2

const flagsOf = (module: Module, node: Node): ReadonlyArray<Node> => {
  const value = at(node, node.type === "AssignmentExpression" ? "right" : "value")
  if (isCall(node) && calledName(node) === "startFiber") {
    return listAt(node, "arguments")
      .slice(-1)
      .filter((flag) => isLiteral(flag, true))
  }
  if (!isLiteral(value, true)) return []
  if (node.type === "Property") return at(node, "key")?.["name"] === "uninterruptible" ? [value!] : []
  if (node.type !== "AssignmentExpression") return []
  return /\.(masked|shielded)$/.test(sourceOf(module, at(node, "left")!)) ? [value!] : []
}

const find = (module: Module): ReadonlyArray<Found> => {
  const found: Array<Found> = []
  walk(module.program, (node) => {
    for (const flag of flagsOf(module, node)) {
      found.push({ node: flag, text: node, edits: [{ start: flag.start, end: flag.end, text: "false" }] })
    }
    if (!isCall(node)) return
    if (isAcquire(node)) {
      const { end } = listAt(node, "arguments")[1]!
      found.push({ node, edits: [{ start: end, end, text: ", { interruptible: true }" }] })
    }
    const instead = unmasked(module, node)
    if (instead !== undefined) found.push({ node, edits: [replaced(module, node, instead)] })
  })
  return found
}

export const masks: Rule = { name: "masks", find }
