import { reasons } from "./reasons.ts"
import type { Result } from "./Results.ts"
import type { Site } from "./Site.ts"

const again = "run `npx -y pnpm@12.21.0 run mutation`, and commit mutation/results.json"

/** What is wrong with the list of results: one line each. */
export const complaints = (
  sites: ReadonlyArray<Pick<Site, "id" | "file" | "line">>,
  results: ReadonlyMap<string, Pick<Result, "caughtBy">>,
  why: Readonly<Record<string, string>> = reasons
): ReadonlyArray<string> => {
  const ids = new Set(sites.map(({ id }) => id))
  const missing = sites
    .filter(({ id }) => !results.has(id))
    .map(({ file, id, line }) => `no result for ${id} (${file}:${line}): ${again}`)
  const gone = [...results.keys()].filter((id) => !ids.has(id)).map((id) => `there is no ${id} any more: ${again}`)
  const unexplained = sites
    .filter(({ id }) => results.get(id)?.caughtBy === null && why[id] === undefined)
    .map(
      ({ file, id, line }) =>
        `no test notices ${id} (${file}:${line}): write one, or say in reasons.ts why it changes nothing`
    )
  const idle = Object.keys(why)
    .filter((id) => !ids.has(id) || typeof results.get(id)?.caughtBy === "string")
    .map((id) => `reasons.ts explains ${id}, which ${ids.has(id) ? "is caught" : "does not exist"}: take it out`)
  return [...missing, ...gone, ...unexplained, ...idle]
}
