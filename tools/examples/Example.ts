/** A program shown to users (a `ts` fence of Markdown or of a docstring, or a file), and what it says it prints. */
export interface Example {
  /** Where it stands, for messages: `packages/channel/README.md:12`. */
  readonly at: string
  readonly code: string
  /** What it says it prints; `undefined` when it says nothing and must print nothing. */
  readonly output: string | undefined
  /** Only type-checked, by ` ```ts no-run `. */
  readonly checkOnly: boolean
}

const knownInfo = new Set(["", "no-run"])

/** The lines a program promises by comments: `console.log(x) // => text`, or the comment on a line of its own. */
const promisedByComments = (code: string): string | undefined => {
  const lines = [...code.matchAll(/\/\/ => ?(.*)$/gm)].map((match) => match[1] ?? "")
  return lines.length === 0 ? undefined : lines.join("\n")
}

/** A whole file as an example: what it prints stands in its comments. */
export const programIn = (code: string, at: string): Example => {
  const output = promisedByComments(code)
  if (output === undefined) throw new Error(`${at}: a program says in "// =>" comments what it prints`)
  return { at, code, output, checkOnly: false }
}

const fence = /^(?<indent>[ \t]*)```(?<language>\w*)(?<info>[^\n]*)\n(?<body>[\s\S]*?)^\k<indent>```[ \t]*$/gm

/**
 * Finds the programs in a piece of Markdown. A `text` fence right after a `ts` fence is what the program prints.
 * `where(line)` names a line of the piece, counted from 0.
 */
export const examplesIn = (markdown: string, where: (line: number) => string): ReadonlyArray<Example> => {
  const found = [...markdown.matchAll(fence)].map((match) => ({
    groups: match.groups as { indent: string; language: string; info: string; body: string },
    start: match.index,
    end: match.index + match[0].length
  }))
  return found.flatMap(({ groups, start, end }, index) => {
    if (groups.language !== "ts" && groups.language !== "typescript") return []
    const at = where(markdown.slice(0, start).split("\n").length - 1)
    const info = groups.info.trim()
    if (!knownInfo.has(info)) throw new Error(`${at}: a ts fence is plain or marked no-run, not "${info}"`)
    const next = found[index + 1]
    const follows = next?.groups.language === "text" && markdown.slice(end, next.start).trim() === ""
    const byFence = follows ? next.groups.body.trimEnd() : undefined
    const byComments = promisedByComments(groups.body)
    if (byFence !== undefined && byComments !== undefined && byFence !== byComments) {
      throw new Error(`${at}: its text fence and its "// =>" comments promise different output`)
    }
    return [{ at, code: groups.body, output: byFence ?? byComments, checkOnly: info === "no-run" }]
  })
}
