/** The syntax tree of a source file, and ways to walk it. */
import { parseSync } from "oxc-parser"

/** A node of the tree, as far as the rules look at it. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

/** A source file that was read and parsed. */
export interface Module {
  /** Relative to the root of the repository. */
  readonly file: string
  readonly code: string
  readonly program: Node
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Partial<Node>).type === "string"

export const parse = (file: string, code: string): Module => {
  const { errors, program } = parseSync(file, code, { preserveParens: false })
  const [error] = errors
  if (error !== undefined) throw new Error(`${file} cannot be parsed: ${error.message}`)
  // Sound: every node has a type and its two ends.
  return { file, code, program: program as unknown as Node }
}

export const childrenOf = (node: Node): ReadonlyArray<Node> => Object.values(node).flat().filter(isNode)

/** Visits every node, outer ones first. `around` holds what a node stands in, nearest last. */
export const walk = (root: Node, visit: (node: Node, around: ReadonlyArray<Node>) => void): void => {
  const around: Array<Node> = []
  const go = (node: Node): void => {
    visit(node, around)
    around.push(node)
    for (const child of childrenOf(node)) go(child)
    around.pop()
  }
  go(root)
}

/** The node under `key`, if there is one. */
export const at = (node: Node | undefined, key: string): Node | undefined => {
  const value = node?.[key]
  return isNode(value) ? value : undefined
}

/** The nodes under `key`. */
export const listAt = (node: Node, key: string): ReadonlyArray<Node> => {
  const value = node[key]
  return Array.isArray(value) ? value.filter(isNode) : []
}

/** What is called: `wake` of `item.wake()`, of `this.item!.wake?.()` and of `wake()`. */
export const calledName = (call: Node): string | undefined => {
  const callee = at(call, "callee")
  const name = callee?.type === "MemberExpression" ? at(callee, "property") : callee
  return name?.type === "Identifier" ? String(name["name"]) : undefined
}

/** The identifier on which a method is called: `Effect` of `Effect.ensuring(…)`. */
export const calledOn = (call: Node): string | undefined => {
  const on = at(at(call, "callee"), "object")
  return on?.type === "Identifier" ? String(on["name"]) : undefined
}

export const isCall = (node: Node): boolean => node.type === "CallExpression"

export const isFunction = (node: Node): boolean => /^(ArrowFunction|Function)/.test(node.type)

export const isLiteral = (node: Node | undefined, value: unknown): boolean =>
  node?.type === "Literal" && node["value"] === value
