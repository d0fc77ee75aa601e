/**
 * Everything CI checks, one step after another; a step that fails does not stop the next. `.ci/run` starts it, and
 * prints its last line.
 *
 * Usage: node tools/ci/main.ts COUNTS-FILE [PART-OF-A-STEP-NAME ...]
 */
import { run, runOrThrow } from "../command.ts"
import { firstCommand } from "../freshClone.ts"
import { crawlsTheManual, crawlsTheSameTwice, printsJson, runsByDefault, usesPostgres } from "./demos.ts"
import { docsInBrowser } from "./docsInBrowser.ts"
import { inspectorInBrowser } from "./inspectorInBrowser.ts"
import { type Check, Report } from "./Report.ts"
import { countedBy } from "./counted.ts"
import { endsByCtrlC, refusesBadInput, serves } from "./signals.ts"
import { npmTest } from "./tests.ts"

/** A program that passes by ending with status 0. */
const program =
  (name: string, ...args: ReadonlyArray<string>): Check =>
  async () => {
    const ended = await run(name, args, { show: true, seconds: 900 })
    if (ended.status !== 0) throw new Error(`${name} ${args.join(" ")} ended with status ${ended.status}`)
    return ""
  }

const script = (name: string): Check => program("pnpm", "run", name)

/**
 * changesets compares with the branch main, which the clone of one commit lacks. It gets one for the moment then: where
 * main was on the other side, or else this commit.
 */
const changesets: Check = async () => {
  const status = program("pnpm", "exec", "changeset", "status")
  const exists = async (ref: string) => (await run("git", ["rev-parse", "--quiet", "--verify", ref])).status === 0
  if (await exists("refs/heads/main")) return status()
  await runOrThrow("git", ["branch", "main", (await exists("origin/main")) ? "origin/main" : "HEAD"])
  try {
    return await status()
  } finally {
    await runOrThrow("git", ["branch", "-D", "main"])
  }
}

const fresh =
  (command: "start" | "test"): Check =>
  async () =>
    `${(await firstCommand(command)).toFixed(1)} s`

const steps: ReadonlyArray<readonly [string, Check]> = [
  ["npm test", npmTest],
  ["lint", script("lint")],
  ["format", script("format:check")],
  ["typecheck", script("typecheck")],
  ["unused code and dependencies", script("knip")],
  ["build", script("build")],
  ["docs build", script("build:docs")],
  ["docs in a browser", docsInBrowser],
  ["a running program in a browser", inspectorInBrowser],
  ["packed packages", script("check:packages")],
  ["each package installed alone", script("check:install")],
  ["examples of the docs", script("check:examples")],
  ["changesets", changesets],
  ["conformance", script("conformance")],
  ["conformance, cancelled at every step", program("pnpm", "run", "conformance", "--cancelled")],
  ["planted bugs, short", program("pnpm", "run", "corpus", "--short")],
  ["every benchmark does its work", program("pnpm", "run", "bench", "--quick")],
  ["schedules of the packages explored", countedBy("exploration")],
  ["scale, short runs", countedBy("scale")],
  ["npm start", runsByDefault],
  ["npm start -- --json", printsJson],
  ["the same crawl twice", crawlsTheSameTwice],
  ["crawl of the PostgreSQL manual", crawlsTheManual],
  ["database demo on PostgreSQL", usesPostgres],
  ["networking demo under wrk", serves],
  ["Ctrl-C in the networking demo", endsByCtrlC("networking")],
  ["Ctrl-C in the scraping demo", endsByCtrlC("scraping")],
  ["Ctrl-C in the database demo", endsByCtrlC("database")],
  ["bad input", refusesBadInput],
  ["bare clone: npm start first", fresh("start")],
  ["bare clone: npm test first", fresh("test")]
]

const [countsFile, ...wanted] = process.argv.slice(2)
const report = new Report(countsFile)
for (const [name, check] of steps) {
  if (wanted.length === 0 || wanted.some((part) => name.includes(part))) await report.step(name, check)
}
console.log(`\n${report.summary}`)
// Not 1, which is what a crash of this script would give.
process.exitCode = report.failed === 0 ? 0 : 10
