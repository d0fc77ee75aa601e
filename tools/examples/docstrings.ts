/** Reads the examples out of the docstrings of a source file. */
import { parseSync } from "oxc-parser"
import { type Example, examplesIn } from "./Example.ts"

/** The text of a docstring without its stars; every line keeps its place. */
const withoutStars = (comment: string): string =>
  comment
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n")

/** The examples of one source file, from the `ts` fences of its docstrings. */
export const examplesOfSource = (file: string, source: string): ReadonlyArray<Example> =>
  parseSync(file, source)
    .comments.filter((comment) => comment.type === "Block" && comment.value.startsWith("*"))
    .flatMap((comment) => {
      const firstLine = source.slice(0, comment.start).split("\n").length
      const text = withoutStars(comment.value)
      const examples = examplesIn(text, (line) => `${file}:${firstLine + line}`)
      const wanted = text.match(/^@example\b/gm)?.length ?? 0
      if (wanted > examples.length) throw new Error(`${file}:${firstLine}: an @example without a ts fence`)
      return examples
    })
