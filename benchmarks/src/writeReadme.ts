/**
 * Writes what `results.json` holds into the README, between its two marks.
 *
 * Usage: node src/writeReadme.ts
 */
import { readFileSync, writeFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { gatesAsMarkdown, rowsAsMarkdown } from "./markdown.ts"
import { readResults } from "./results.ts"

const page = join(import.meta.dirname, "..", "README.md")
const [begin, end] = ["<!-- results -->", "<!-- /results -->"]

const results = readResults()
if (results === undefined) throw new Error("there are no results: run `pnpm bench` first")
const text = readFileSync(page, "utf8")
const [before, after] = [text.split(begin)[0], text.split(end)[1]]
if (before === undefined || after === undefined) throw new Error(`the README has no ${begin} … ${end}`)

// A row of a package's own code has no peer: the gates say what it is.
const compared = results.rows.filter((row) => row.workload !== "cold-start-own")
const written = `Measured ${results.date}: Node ${process.versions.node}, ${availableParallelism()} shared cores, ${process.platform}.

### Gates

${gatesAsMarkdown(results.gates)}

### Stretch goals

${gatesAsMarkdown(results.stretch)}

### Medians

${rowsAsMarkdown(compared)}
`
writeFileSync(page, `${before}${begin}\n\n${written}\n${end}${after}`)
