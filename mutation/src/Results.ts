/** What became of every mutant, kept in `results.json`. */
import { createHash } from "node:crypto"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Site } from "./Site.ts"

export interface Result {
  readonly rule: string
  readonly file: string
  readonly line: number
  readonly within: string
  readonly text: string
  /** Says of what source this is the result. */
  readonly hash: string
  /** The test or the scenario that noticed the mutant; null when none did. */
  readonly caughtBy: string | null
  /** How many test files and scenarios evaluate the place. */
  readonly reachedBy: number
}

const path = new URL("../results.json", import.meta.url)

/** Changes with the file and with what the rule makes of the place. */
export const hashOf = (root: string, site: Site): string =>
  createHash("sha256")
    .update(`${readFileSync(join(root, site.file), "utf8")}\n${site.id}\n${JSON.stringify(site.edits)}`)
    .digest("hex")
    .slice(0, 12)

export const readResults = (): Map<string, Result> =>
  new Map(Object.entries(existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Record<string, Result>) : {}))

/** Writes them in the order of the sites; what is not there any more is forgotten. */
export const writeResults = (sites: ReadonlyArray<Site>, results: ReadonlyMap<string, Result>): void => {
  const kept = sites.flatMap(({ id }) => (results.has(id) ? [[id, results.get(id)!] as const] : []))
  writeFileSync(path, `${JSON.stringify(Object.fromEntries(kept), undefined, 2)}\n`)
}
