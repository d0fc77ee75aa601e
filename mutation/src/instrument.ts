import { guard } from "./replace.ts"
import type { Site } from "./Site.ts"
import { type Module, type Node } from "./syntax.ts"

interface Insertion {
  readonly place: number
  readonly text: string
  /** Of two at one place, which comes first. */
  readonly rank: number
}

const reach = (number: number): string => `globalThis.__reached?.add(${number})`

const insertions = (module: Module, node: Node, number: number): ReadonlyArray<Insertion> => {
  const length = node.end - node.start
  if (node.type === "BlockStatement") return [{ place: node.start + 1, text: `${reach(number)};`, rank: 0 }]
  return [
    // Where two begin the outer one is opened first, where two end the inner one is closed first, and before both.
    { place: node.start, text: `${guard(module, node.start)}(${reach(number)}, `, rank: 1e9 - length },
    { place: node.end, text: ")", rank: length - 1e9 }
  ]
}

/** The source of a module in which each site, as it is evaluated, tells its number. */
export const instrumented = (module: Module, sites: ReadonlyArray<readonly [Site, number]>): string => {
  const made = sites
    .flatMap(([site, number]) => insertions(module, site.node, number))
    .toSorted((a, b) => a.place - b.place || a.rank - b.rank)
  let code = ""
  let from = 0
  for (const { place, text } of made) {
    code += module.code.slice(from, place) + text
    from = place
  }
  return code + module.code.slice(from)
}
