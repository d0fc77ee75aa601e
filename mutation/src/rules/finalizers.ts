/**
 * Finalizers dropped: what was to run on the way out does not.
 *
 * - `Effect.ensuring(x, f)`, `onExit`, `onExitPrimitive`, `onExitIf`, `onError`, `onInterrupt`: `x` alone; of the form
 *   that is given to `pipe`, what it is given.
 * - `Effect.acquireRelease(acquire, release)`, `acquireUseRelease(acquire, use, release)`: a release that does nothing.
 * - `Effect.addFinalizer(f)`, `Scope.addFinalizer(scope, f)`, `Scope.addFinalizerExit`: nothing.
 * - `finally { … }`: an empty block.
 * - `promise.finally(f)`: the promise.
 * - `Effect.callback` whose function gives a cleanup (`return` of anything but a call of its own first parameter): no
 *   cleanup.
 */
import { replaced, sourceOf } from "../replace.ts"
import type { Edit, Found, Rule } from "../Site.ts"
import {
  at,
  calledName,
  calledOn,
  childrenOf,
  isCall,
  isFunction,
  listAt,
  type Module,
  type Node,
  walk
} from "../syntax.ts"

const around = new Set(["ensuring", "onExit", "onExitPrimitive", "onExitIf", "onError", "onInterrupt"])
const added = new Set(["addFinalizer", "addFinalizerExit"])

const release = (module: Module, node: Node): Edit => replaced(module, node, "() => Effect.void")

const withoutFinalizer = (module: Module, call: Node): Edit | undefined => {
  const name = calledName(call) ?? ""
  const given = listAt(call, "arguments")
  if (name === "finally") return replaced(module, call, sourceOf(module, at(at(call, "callee"), "object")!))
  const on = calledOn(call)
  if (on !== "Effect" && on !== "Scope") return undefined
  if (name === "acquireRelease") return release(module, given[1]!)
  if (name === "acquireUseRelease") return release(module, given[2]!)
  if (added.has(name)) return replaced(module, call, "Effect.void")
  if (!around.has(name)) return undefined
  return replaced(module, call, given.length === 1 ? "(self) => self" : sourceOf(module, given[0]!))
}

/** The `return` statements of a function, not those of functions in it. */
const returnsOf = (node: Node): ReadonlyArray<Node> =>
  childrenOf(node).flatMap((child) =>
    isFunction(child) ? [] : child.type === "ReturnStatement" ? [child] : returnsOf(child)
  )

const cleanupsOf = (call: Node): ReadonlyArray<Node> => {
  const [register] = listAt(call, "arguments")
  if (calledOn(call) !== "Effect" || calledName(call) !== "callback" || register === undefined) return []
  const resume = listAt(register, "params")[0]?.["name"]
  const body = at(register, "body")
  const given = body?.type === "BlockStatement" ? returnsOf(body).map((statement) => at(statement, "argument")) : [body]
  return given
    .filter((value) => value !== undefined)
    .filter((value) => value.type !== "UnaryExpression" && !(isCall(value) && calledName(value) === resume))
}

const find = (module: Module): ReadonlyArray<Found> => {
  const found: Array<Found> = []
  walk(module.program, (node) => {
    const block = node.type === "TryStatement" ? at(node, "finalizer") : undefined
    if (block !== undefined) found.push({ node: block, edits: [{ start: block.start, end: block.end, text: "{}" }] })
    if (!isCall(node)) return
    const without = withoutFinalizer(module, node)
    if (without !== undefined) found.push({ node, edits: [without] })
    for (const cleanup of cleanupsOf(node)) {
      found.push({ node: cleanup, edits: [replaced(module, cleanup, `(${sourceOf(module, cleanup)}, undefined)`)] })
    }
  })
  return found
}

export const finalizers: Rule = { name: "finalizers", find }
