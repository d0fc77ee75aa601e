import type { Edit } from "./Site.ts"
import { at, type Module, type Node, walk } from "./syntax.ts"

/** The source with the edits made. They do not overlap. */
export const applied = (code: string, edits: ReadonlyArray<Edit>): string =>
  edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((made, { start, end, text }) => made.slice(0, start) + text + made.slice(end), code)

const starts = new WeakMap<Module, ReadonlySet<number>>()

/** Where statements begin that are expressions: the house style has no semicolons, so none may begin with a bracket. */
const statementStarts = (module: Module): ReadonlySet<number> => {
  let found = starts.get(module)
  if (found === undefined) {
    const all = new Set<number>()
    walk(module.program, (node) => {
      if (node.type === "ExpressionStatement") all.add(node.start)
    })
    starts.set(module, (found = all))
  }
  return found
}

/** What makes an expression that begins with a bracket safe at `start`. */
export const guard = (module: Module, start: number): string => (statementStarts(module).has(start) ? "void 0, " : "")

/** The node replaced by an expression. */
export const replaced = (module: Module, node: Node, text: string): Edit => ({
  start: node.start,
  end: node.end,
  text: `${guard(module, node.start)}(${text})`
})

/** The source of a node. */
export const sourceOf = (module: Module, node: Node): string => module.code.slice(node.start, node.end)

/** The call with the optional chain that it ends. */
export const wholeCall = (call: Node, around: ReadonlyArray<Node>): Node => {
  const parent = around.at(-1)
  return parent?.type === "ChainExpression" && at(parent, "expression") === call ? parent : call
}
