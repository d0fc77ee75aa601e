/** Reads what a module imports and of what statements it is made. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parseSync } from "oxc-parser"

export interface Import {
  readonly specifier: string
  readonly line: number
}

const parse = (base: string, file: string) => {
  const source = readFileSync(join(base, file), "utf8")
  const parsed = parseSync(file, source)
  const [error] = parsed.errors
  if (error !== undefined) throw new Error(`${file}: ${error.message}`)
  return { source, program: parsed.program, module: parsed.module, comments: parsed.comments }
}

const lineAt = (source: string, offset: number): number => source.slice(0, offset).split("\n").length

/** Every module a file names: imports and re-exports, of values and of types, and `import()` of a literal. */
export const importsOf = (base: string, file: string): ReadonlyArray<Import> => {
  const { module, source } = parse(base, file)
  const named = [
    ...module.staticImports.map((found) => ({ specifier: found.moduleRequest.value, at: found.start })),
    ...module.staticExports.flatMap((statement) =>
      statement.entries.flatMap((entry) =>
        entry.moduleRequest === null ? [] : [{ specifier: entry.moduleRequest.value, at: statement.start }]
      )
    ),
    ...module.dynamicImports.flatMap((found) => {
      const literal = /^(["'])(.*)\1$/.exec(source.slice(found.moduleRequest.start, found.moduleRequest.end))
      return literal?.[2] === undefined ? [] : [{ specifier: literal[2], at: found.start }]
    })
  ]
  return named.map(({ specifier, at }) => ({ specifier, line: lineAt(source, at) }))
}

/** The lines of a file's statements that are not re-exports from a file beside it. */
export const linesThatAreNotReExports = (base: string, file: string): ReadonlyArray<number> => {
  const { program, source } = parse(base, file)
  return program.body
    .filter(
      (statement) =>
        !(
          (statement.type === "ExportNamedDeclaration" || statement.type === "ExportAllDeclaration") &&
          statement.source !== null
        )
    )
    .map((statement) => lineAt(source, statement.start))
}

/** How many lines of a file hold code: not blank, not only comment. */
export const codeLines = (base: string, file: string): number => {
  const { comments, source } = parse(base, file)
  let code = ""
  let from = 0
  for (const comment of comments) {
    code += source.slice(from, comment.start) + "\n".repeat(lineAt(source, comment.end) - lineAt(source, comment.start))
    from = comment.end
  }
  return (code + source.slice(from)).split("\n").filter((line) => line.trim() !== "").length
}
