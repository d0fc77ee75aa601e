/** The rules of docs/semantics.md stand on something: each names the scenarios, or the test, that pin it. */
import { existsSync, globSync, readFileSync } from "node:fs"
import { join } from "node:path"

const page = "docs/semantics.md"

const scenarioId = /\b[A-Z]{2}-\d{2,}\b/g

/** Every scenario that a program or a test shows. */
const shown = (base: string): ReadonlySet<string> =>
  new Set(
    globSync(["conformance/src/cases/*.ts", "packages/*/test/**/*.ts"], { cwd: base }).flatMap(
      (file) => readFileSync(join(base, file), "utf8").match(scenarioId) ?? []
    )
  )

/** A test of the docs carries the number of the rule that it pins; others carry scenarios. */
const pins = (base: string, test: string, rule: number): boolean =>
  existsSync(join(base, test)) &&
  (!test.startsWith("docs/") || readFileSync(join(base, test), "utf8").includes(`[S-${rule}]`))

/** What is wrong with the rules of the semantics, one line each; `known` is the list of all scenarios. */
export const rulesWithoutProof = (base: string, known: ReadonlySet<string>): ReadonlyArray<string> => {
  if (!existsSync(join(base, page))) return []
  const inUse = shown(base)
  const rules = readFileSync(join(base, page), "utf8")
    .split("\n")
    .flatMap((text, index) => (text.startsWith("- **S-") ? [{ text, at: `${page}:${index + 1}` }] : []))
  const numbers = rules.map(({ text }) => Number(/^- \*\*S-(\d+)\*\*/.exec(text)?.[1]))
  return rules.flatMap(({ text, at }, index) => {
    const number = numbers[index]!
    const proofs = /\[([^\]]+)\]$/.exec(text)?.[1] ?? ""
    const ids = proofs.match(scenarioId) ?? []
    const tests = Array.from(proofs.matchAll(/`([^`]+)`/g), ([, path]) => path ?? "")
    return [
      // Gaps are allowed, and ranges out of turn: a rule keeps its number, and stands with its topic.
      ...(numbers.indexOf(number) === index ? [] : [`${at} has the number ${number}, which another rule has`]),
      ...(ids.length + tests.length > 0 ? [] : [`${at} names neither a scenario nor a test: end it with [TG-01]`]),
      ...ids.filter((id) => !known.has(id)).map((id) => `${at} names ${id}, which is no scenario`),
      ...ids.filter((id) => known.has(id) && !inUse.has(id)).map((id) => `${at} names ${id}, which nothing shows yet`),
      ...tests.filter((test) => !pins(base, test, number)).map((test) => `${at} names ${test}, which does not pin it`)
    ]
  })
}
