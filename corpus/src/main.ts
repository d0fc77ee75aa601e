/**
 * Looks for every planted bug, prints the table, and ends with status 1 if anything is not as the corpus claims. The
 * last line is `N as claimed, N not`.
 *
 * Usage: node src/main.ts [--short] [--page] [BEGINNING-OF-A-NAME ...]
 *   --short  with fewer runs and seeds: what CI has time for
 *   --page   puts the table into docs/corpus.md
 */
import { parseArgs } from "node:util"
import { planted } from "./corpus.ts"
import { examine, type Examined, full, short } from "./examine.ts"
import { writePage } from "./page.ts"
import { repeatedAnew } from "./repeatedAnew.ts"
import { table } from "./table.ts"

const { positionals, values } = parseArgs({
  options: { short: { type: "boolean" }, page: { type: "boolean" } },
  allowPositionals: true
})
const wanted = planted.filter(
  ({ name }) => positionals.length === 0 || positionals.some((start) => name.startsWith(start))
)
if (wanted.length === 0) {
  console.error(
    `no bug is called ${positionals.join(" or ")}. There are:\n${planted.map(({ name }) => name).join("\n")}`
  )
  process.exit(2)
}

const all: Array<Examined> = []
for (const bug of wanted) {
  process.stderr.write(`${bug.name}: ${bug.story}\n`)
  all.push(await examine(bug, values.short === true ? short : full))
}
const tokens = Object.fromEntries(
  all.flatMap(({ planted, found }) => (found[0] === undefined ? [] : [[planted.name, found[0].token]]))
)
const anew = await repeatedAnew(tokens)
const wrong = all.flatMap(({ planted: { name }, wrong }) => [
  ...wrong.map((what) => `${name} ${what}`),
  ...(anew.has(name) ? [] : [`${name} is not repeated in a fresh process`])
])

console.log(table(all, anew))
for (const what of wrong) console.log(`WRONG: ${what}`)
if (values.page === true && positionals.length === 0 && wrong.length === 0) writePage(table(all, anew))
const failed = all.filter((each) => each.wrong.length > 0 || !anew.has(each.planted.name)).length
console.log(`${all.length - failed} as claimed, ${failed} not`)
process.exitCode = failed === 0 ? 0 : 1
