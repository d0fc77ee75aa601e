import { readFileSync } from "node:fs"
import type { Rule } from "./Program.ts"

export interface KnownRule {
  readonly id: Rule
  readonly section: string
}

/** Every rule of docs/semantics.md, in its order, with the heading that it stands under. */
export const knownRules = (): ReadonlyArray<KnownRule> => {
  const page = readFileSync(new URL("../../docs/semantics.md", import.meta.url), "utf8")
  let section = ""
  return page.split("\n").flatMap((line) => {
    section = /^## (.+)$/.exec(line)?.[1] ?? section
    const id = /^- \*\*(S-\d+)\*\*/.exec(line)?.[1]
    // Sound: that is what the expression matches.
    return id === undefined ? [] : [{ id: id as Rule, section }]
  })
}
