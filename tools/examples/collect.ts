/** Every program this repository shows to its users. */
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../workspace.ts"
import { examplesOfSource } from "./docstrings.ts"
import { type Example, examplesIn, programIn } from "./Example.ts"

const markdown = ["README.md", "packages/*/README.md", "docs/index.md", "docs/guides/*.md"]

const read = (file: string) => readFileSync(join(root, file), "utf8")

/** The examples of one Markdown file, by its path from the root of the repository. */
export const examplesOfMarkdown = (file: string): ReadonlyArray<Example> =>
  examplesIn(read(file), (line) => `${file}:${line + 1}`)

/** The examples of all READMEs, guides and docstrings, and the programs that the guides refer to. */
export const collectExamples = (): ReadonlyArray<Example> => [
  ...globSync(markdown, { cwd: root }).toSorted().flatMap(examplesOfMarkdown),
  ...globSync("docs/examples/*.ts", { cwd: root })
    .toSorted()
    .map((file) => programIn(read(file), file)),
  ...globSync("packages/*/src/**/*.ts", { cwd: root })
    .toSorted()
    .flatMap((file) => examplesOfSource(file, read(file)))
]
