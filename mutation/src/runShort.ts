import { Copy } from "./Copy.ts"
import { complaints } from "./complaints.ts"
import type { Coverage } from "./coverage.ts"
import { judge } from "./judge.ts"
import { proveCopy } from "./proveCopy.ts"
import type { Result } from "./Results.ts"
import { readmeShows } from "./readme.ts"
import { rules } from "./rules.ts"
import type { Site } from "./Site.ts"
import { table } from "./table.ts"

/** So many of each rule. */
const sample = 3

/** Some of each rule that were caught by a test, spread over the list. */
const sampleOf = (sites: ReadonlyArray<Site>, results: ReadonlyMap<string, Result>): ReadonlyArray<Site> =>
  rules.flatMap(({ name }) => {
    const caught = sites.filter(({ id, rule }) => rule === name && / > /.test(results.get(id)?.caughtBy ?? ""))
    return Array.from({ length: sample }, (_, i) => caught[Math.floor((i * caught.length) / sample)]).filter(
      (site) => site !== undefined
    )
  })

/** Only the test that caught it is asked again. */
const askedAgain = (site: Site, caughtBy: string): Coverage => ({
  files: [{ name: caughtBy.split(" > ")[0]!, millis: 2000, live: false, sites: new Set([site.id]) }],
  scenarios: []
})

/** The short form: whether the list is complete and explained, and a sample is still caught. */
export const runShort = async (
  root: string,
  sites: ReadonlyArray<Site>,
  results: ReadonlyMap<string, Result>
): Promise<boolean> => {
  const wrong = [...complaints(sites, results)]
  if (!readmeShows(table(sites, results)))
    wrong.push("mutation/README.md shows another table: run `npx -y pnpm@12.21.0 run mutation`")
  const copy = new Copy(root)
  try {
    await proveCopy(copy, root)
    const chosen = sampleOf(sites, results)
    for (const site of chosen) {
      const known = results.get(site.id)!.caughtBy!
      const { caughtBy } = await judge(copy, root, site, askedAgain(site, known), "soon", known)
      console.log(`${caughtBy === undefined ? "SURVIVES" : "caught"}: ${site.id}`)
      if (caughtBy === undefined) wrong.push(`${known} does not notice ${site.id} any more: write a test that does`)
    }
    for (const complaint of wrong) console.error(complaint)
    console.log(`${sites.length + chosen.length + 1 - wrong.length} passed, ${wrong.length} failed`)
    return wrong.length === 0
  } finally {
    copy.remove()
  }
}
