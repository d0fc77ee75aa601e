/**
 * Runs what the documentation promises: every ts fence of READMEs, guides and docstrings is written to a file of
 * docs/examples-gen, type-checked with the others, run, and its output compared with the one shown.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { inParallel, run } from "./command.ts"
import { collectExamples } from "./examples/collect.ts"
import type { Example } from "./examples/Example.ts"
import { holdsTests, runTests } from "./examples/runTests.ts"
import { root } from "./workspace.ts"

const folder = join(root, "docs", "examples-gen")
const allowedImport = /^(effect(\/[\w/]+)?|ferrule|@ferrule\/[\w-]+(\/vitest)?|node:[\w/]+|vitest)$/

/** `packages/channel/README.md:12` becomes `packages-channel-README-md-12.ts`. */
const fileOf = (example: Example): string => `${example.at.replaceAll(/[^\w]+/g, "-")}.ts`

const strangeImports = (example: Example): ReadonlyArray<string> =>
  [...example.code.matchAll(/^(?:import\s*|(?:import|export)\b[^"'=]*?\bfrom\s*)["']([^"']+)["']/gm)]
    .map((match) => match[1] ?? "")
    .filter((specifier) => !allowedImport.test(specifier))
    .map(
      (specifier) =>
        `${example.at}: imports "${specifier}"; an example stands on effect and ferrule alone, and on vitest if it holds tests`
    )

const write = (examples: ReadonlyArray<Example>) => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const example of examples) {
    // `export {}` makes a module of a program that imports nothing.
    writeFileSync(join(folder, fileOf(example)), `${example.code}\nexport {}\n`)
  }
}

const check = async (example: Example): Promise<ReadonlyArray<string>> => {
  if (example.checkOnly) return []
  const file = join(folder, fileOf(example))
  const ended = holdsTests(example.code) ? await runTests(file) : await run("node", [file], { seconds: 60 })
  if (ended.status !== 0) return [`${example.at}: ended with status ${ended.status}\n${ended.stdout}${ended.stderr}`]
  const printed = ended.stdout.trimEnd()
  const promised = example.output ?? ""
  return printed === promised ? [] : [`${example.at}: promises\n${promised}\nbut prints\n${printed}\n`]
}

const examples = collectExamples()
write(examples)
const types = await run("tsc", ["--noEmit", "-p", join(root, "docs", "tsconfig.examples.json")], { seconds: 300 })
const problems = [
  ...examples.flatMap(strangeImports),
  ...(types.status === 0 ? [] : [types.stdout + types.stderr]),
  ...(await inParallel(examples, availableParallelism(), check)).flat()
]
if (examples.length === 0) problems.push("no example was found")
for (const problem of problems) console.error(problem)
const ran = examples.filter((example) => !example.checkOnly).length
console.log(`examples: ${examples.length} type-checked, ${ran} run and compared, ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1
