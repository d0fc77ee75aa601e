import type { Module, Node } from "./syntax.ts"

/** A piece of source replaced by another. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** What a rule has found: a node, and how to take out what it does. */
export interface Found {
  /** What is evaluated exactly when the mutation matters. */
  readonly node: Node
  /** What it is known by, where the node says too little. */
  readonly text?: Node
  readonly edits: ReadonlyArray<Edit>
}

/** One kind of mutation. */
export interface Rule {
  readonly name: string
  readonly find: (module: Module) => ReadonlyArray<Found>
}

/** A place where a rule makes one mutant. */
export interface Site extends Omit<Found, "text"> {
  readonly rule: string
  readonly file: string
  readonly line: number
  /** The functions and classes around it, outermost first. */
  readonly within: string
  /** Evaluated as the module is loaded, and not when a function is called. */
  readonly onLoad: boolean
  /** Its source, on one line. */
  readonly text: string
  /** What stays the same while lines move: rule, file, surroundings, text, and a number where these are not enough. */
  readonly id: string
}
