/**
 * Makes every mutant that the rules make of the packages, one at a time, and asks the suite whether it notices. Those
 * whose file has not changed since they were last made are left alone.
 *
 * Usage: node mutation/src/main.ts [--list] [--survivors] [--measure] [--short] [PART-OF-AN-ID …]
 *
 *   --list       only prints the sites
 *   --survivors  makes those again that no test has noticed
 *   --measure    asks anew which test reaches which site, which takes some minutes
 *   --short      what CI has time for: the list, the reasons, and a sample
 *
 * With parts of ids, only what has one of them in its id is made, whether its file has changed or not.
 */
import { resolve } from "node:path"
import { parseArgs } from "node:util"
import { Copy } from "./Copy.ts"
import { coverageOf } from "./coverage.ts"
import { judge } from "./judge.ts"
import { proveCopy } from "./proveCopy.ts"
import { hashOf, readResults, writeResults } from "./Results.ts"
import { complaints } from "./complaints.ts"
import { runShort } from "./runShort.ts"
import type { Site } from "./Site.ts"
import { allSites } from "./sites.ts"
import { table } from "./table.ts"
import { writeReadme } from "./readme.ts"

const { positionals, values } = parseArgs({
  options: {
    list: { type: "boolean" },
    survivors: { type: "boolean" },
    measure: { type: "boolean" },
    short: { type: "boolean" }
  },
  allowPositionals: true
})

const root = resolve(import.meta.dirname, "../..")
const sites = allSites(root)
const results = readResults()

const isDue = (site: Site): boolean => {
  const known = results.get(site.id)
  if (positionals.length > 0) return positionals.some((part) => site.id.includes(part))
  if (values.survivors === true) return known === undefined || known.caughtBy === null
  return known?.hash !== hashOf(root, site)
}

const make = async (due: ReadonlyArray<Site>): Promise<void> => {
  const copy = new Copy(root)
  process.once("exit", () => copy.remove())
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1))
  await proveCopy(copy, root)
  const coverage = await coverageOf(root, sites, values.measure === true)
  const ask = async (site: Site, round: "soon" | "late"): Promise<boolean> => {
    const last = results.get(site.id)?.caughtBy ?? undefined
    const { caughtBy, reachedBy } = await judge(copy, root, site, coverage, round, last)
    if (caughtBy === undefined && round === "soon") return false
    const { file, line, rule, text, within } = site
    const result = { rule, file, line, within, text, hash: hashOf(root, site), caughtBy: caughtBy ?? null, reachedBy }
    results.set(site.id, result)
    // After each: it can be stopped and continued.
    writeResults(sites, results)
    return true
  }
  // What few catch takes long: it waits until the others are done.
  const left = await inTurn(due, "", (site) => ask(site, "soon"))
  await inTurn(left, "again ", (site) => ask(site, "late"))
}

/** Asks about one after another, and gives those about which nothing was found out. */
const inTurn = async (
  due: ReadonlyArray<Site>,
  what: string,
  ask: (site: Site) => Promise<boolean>
): Promise<ReadonlyArray<Site>> => {
  const left: Array<Site> = []
  for (const [index, site] of due.entries()) {
    const started = performance.now()
    const known = await ask(site)
    if (!known) left.push(site)
    const { file, line, rule, text } = site
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    const caughtBy = results.get(site.id)?.caughtBy
    const verdict = !known ? "not yet" : caughtBy === null ? "SURVIVES" : `caught by ${caughtBy}`
    console.log(
      `${what}${index + 1}/${due.length} ${rule} ${file}:${line} ${text.slice(0, 60)} (${seconds} s): ${verdict}`
    )
  }
  return left
}

if (values.list === true) {
  for (const { file, line, rule, text } of sites) console.log(`${rule} ${file}:${line} ${text}`)
  process.exit(0)
}
if (values.short === true) process.exit((await runShort(root, sites, results)) ? 0 : 1)

const due = sites.filter(isDue)
console.log(`${sites.length} mutants, ${due.length} to make`)
if (due.length > 0) await make(due)
writeResults(
  sites.map((site) => site),
  new Map(
    sites.flatMap((site) => {
      const known = results.get(site.id)
      return known === undefined ? [] : [[site.id, { ...known, line: site.line }]]
    })
  )
)
const wrong = complaints(sites, results)
for (const complaint of wrong) console.error(complaint)
const counted = table(sites, readResults())
writeReadme(counted)
console.log(counted)
process.exit(wrong.length === 0 ? 0 : 1)
