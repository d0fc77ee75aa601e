/**
 * Says of every call that a module makes while it is loaded that nobody misses it when its result is not used.
 *
 * `sideEffects: false` in package.json says so of whole files. Where a package is one file, a bundler looks at each call
 * by itself, finds that `Context.Reference(…)` might do anything, and keeps it with all that it needs.
 */
import { parseSync } from "oxc-parser"
import { RolldownMagicString } from "rolldown"

const note = "/*#__PURE__*/ "

interface Node {
  readonly type: string
  readonly start: number
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value

/** What runs later, or says nothing about values. */
const runsLater = (node: Node): boolean => /Function|^TS|^MethodDefinition$|^PropertyDefinition$/.test(node.type)

/** Where calls begin that are made when `node` is evaluated, those in arguments and in `extends` too. */
const calls = (node: Node): ReadonlyArray<number> => {
  if (runsLater(node)) return []
  const inside = Object.values(node)
    .flat()
    .filter(isNode)
    .flatMap((child) => calls(child))
  return /^(Call|New)Expression$/.test(node.type) ? [node.start, ...inside] : inside
}

/** The module with the note before each call that a declaration of it makes. */
export const markPureCalls = (file: string, code: string): RolldownMagicString => {
  const marked = new RolldownMagicString(code)
  const found = parseSync(file, code).program.body.flatMap((statement) => {
    const declared = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement
    return declared?.type === "VariableDeclaration" || declared?.type === "ClassDeclaration" ? calls(declared) : []
  })
  // A call of what a call gives begins where that one does.
  for (const at of new Set(found)) marked.appendLeft(at, note)
  return marked
}
