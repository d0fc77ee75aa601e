/** All sites: every mutant that the rules make of the packages. */
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { rules } from "./rules.ts"
import type { Found, Rule, Site } from "./Site.ts"
import { sourceOf } from "./replace.ts"
import { at, isFunction, type Module, type Node, parse, walk } from "./syntax.ts"

/** The packages that are mutated: those that users run in production. */
export const mutated: ReadonlyArray<string> = [
  "sync",
  "limit",
  "timeout",
  "cancel-scope",
  "channel",
  "task-group",
  "runtime"
]

/** Their sources, relative to `root`. */
export const sourcesIn = (root: string): ReadonlyArray<string> =>
  mutated.flatMap((name) => globSync(`packages/${name}/src/**/*.ts`, { cwd: root }).toSorted())

const oneLine = (code: string): string => code.replaceAll(/\s+/g, " ")

/** Named things that other code stands in. */
const naming: Readonly<Record<string, string>> = {
  ClassDeclaration: "id",
  FunctionDeclaration: "id",
  MethodDefinition: "key",
  PropertyDefinition: "key",
  VariableDeclarator: "id",
  Property: "key"
}

const withinOf = (module: Module, around: ReadonlyArray<Node>): string =>
  around
    .map((node) => at(node, naming[node.type] ?? ""))
    .filter((name) => name?.type === "Identifier")
    .map((name) => sourceOf(module, name!).replace(/[:?!].*/s, ""))
    .join(".")

const lineOf = (module: Module, { start }: Node): number => module.code.slice(0, start).split("\n").length

/** What a mutant is known by: the comparison, or the call up to a length that a reader still takes in. */
const textOf = (module: Module, { node, text }: Found): string => {
  const whole = oneLine(sourceOf(module, text ?? node))
  return whole.length > 100 ? `${whole.slice(0, 99)}…` : whole
}

const sitesOf = (module: Module, rule: Rule): ReadonlyArray<Omit<Site, "id">> => {
  const found = new Map(rule.find(module).map((one) => [one.node, one]))
  const sites: Array<Omit<Site, "id">> = []
  walk(module.program, (node, around) => {
    const one = found.get(node)
    if (one === undefined) return
    sites.push({
      rule: rule.name,
      file: module.file,
      line: lineOf(module, node),
      within: withinOf(module, around),
      onLoad: !around.some((outer) => isFunction(outer)),
      text: textOf(module, one),
      node,
      edits: one.edits
    })
  })
  return sites
}

/** The sites of one file. */
export const sitesIn = (module: Module, of: ReadonlyArray<Rule> = rules): ReadonlyArray<Site> => {
  const seen = new Map<string, number>()
  return of
    .flatMap((rule) => sitesOf(module, rule))
    .map((site) => {
      const name = `${site.rule} ${site.file} ${site.within}: ${site.text}`
      const count = (seen.get(name) ?? 0) + 1
      seen.set(name, count)
      return { ...site, id: count === 1 ? name : `${name} (${count})` }
    })
}

export const readModule = (root: string, file: string): Module => parse(file, readFileSync(join(root, file), "utf8"))

/** Every site in the packages under `root`. */
export const allSites = (root: string): ReadonlyArray<Site> =>
  sourcesIn(root).flatMap((file) => sitesIn(readModule(root, file)))
