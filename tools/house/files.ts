/** The rules of the house about single files. Each answers what breaks it, one line each. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { projects, publicPackages, sourceFiles } from "../workspace.ts"
import { codeLines, linesThatAreNotReExports } from "./modules.ts"

/**
 * Lines of code a file may have. A check script of tools may have fewer; a test may have more, since
 * there is one test file for each source file.
 */
export const budgets = { file: 350, test: 700, tool: 150 }

const budgetOf = (file: string): number =>
  file.includes("/test/") ? budgets.test : file.startsWith("tools/") ? budgets.tool : budgets.file

/** No file is longer than one head can hold. */
export const filesOverBudget = (base: string): ReadonlyArray<string> =>
  projects(base)
    .flatMap((project) => sourceFiles(project, base))
    .map((file) => ({ file, lines: codeLines(base, file), budget: budgetOf(file) }))
    .filter(({ lines, budget }) => lines > budget)
    .map(({ file, lines, budget }) => `${file} has ${lines} lines of code; ${budget} is the limit: split it by idea`)

/** A package's index is its contract: re-exports and nothing else; and no other file is a second door. */
export const indexesWithCode = (base: string): ReadonlyArray<string> =>
  publicPackages(base).flatMap((project) => {
    const index = `${project.folder}/src/index.ts`
    if (!existsSync(join(base, index))) return [`${project.name} has no src/index.ts`]
    return linesThatAreNotReExports(base, index).map((line) => `${index}:${line} is not a re-export`)
  })

const badNames = /^(core|common|shared|utils?|helpers?|misc)(\.ts)?$/

/** A file is named after its one concept. */
export const filesWithoutAConcept = (base: string): ReadonlyArray<string> =>
  projects(base)
    .flatMap((project) => sourceFiles(project, base))
    .filter((file) => file.split("/").some((part) => badNames.test(part)))
    .map((file) => `${file}: name it after its concept`)

/** The scenarios that test names claim to show, `[TG-04]`, exist; `known` is the list of their ids. */
export const unknownScenarios = (base: string, known: ReadonlySet<string>): ReadonlyArray<string> =>
  projects(base).flatMap((project) =>
    sourceFiles(project, base)
      .filter((file) => file.includes("/test/") && project.folder !== "tools")
      .flatMap((file) =>
        readFileSync(join(base, file), "utf8")
          .split("\n")
          .flatMap((text, index) =>
            [...text.matchAll(/\[((?:[A-Z]{2}-\d+(?:, )?)+)\]/g)].flatMap((match) =>
              (match[1] ?? "")
                .split(", ")
                .filter((id) => !known.has(id))
                .map((id) => `${file}:${index + 1} names ${id}, which is no scenario`)
            )
          )
      )
  )
