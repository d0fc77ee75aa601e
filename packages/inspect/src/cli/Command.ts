import { parseArgs } from "node:util"

/** What was typed, understood. */
export type Command =
  | { readonly _tag: "ps"; readonly pid: number | undefined; readonly json: boolean }
  | { readonly _tag: "tree"; readonly pid: number | undefined; readonly json: boolean }
  | { readonly _tag: "top"; readonly pid: number | undefined; readonly every: number }
  | { readonly _tag: "why"; readonly pid: number | undefined; readonly task: string }
  | { readonly _tag: "web"; readonly pid: number | undefined; readonly port: number }
  | { readonly _tag: "help" }
  | { readonly _tag: "version" }
  | { readonly _tag: "wrong"; readonly message: string }

export const usage = `A look into running programs that provide Inspect.layer().

  ferrule-inspect ps            the tasks, one a line
  ferrule-inspect tree          the tree of groups, scopes and tasks
  ferrule-inspect top           the tasks that live, again and again; q or Ctrl-C ends it
  ferrule-inspect why TASK      why a task (its name or number) was cancelled
  ferrule-inspect web           a page with the live tree and a timeline

  --pid N       the process, where several answer
  --json        ps, tree: the whole snapshot as JSON
  --every MS    top: how often, 1000 by default
  --port N      web: the port of this machine, any free one by default
  --help, --version`

const options = {
  pid: { type: "string" },
  json: { type: "boolean", default: false },
  every: { type: "string", default: "1000" },
  port: { type: "string", default: "0" },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", short: "v", default: false }
} as const

class Wrong extends Error {}

/** A whole number within bounds, or what is wrong with it. */
const whole = (option: string, text: string, least: number, most: number): number => {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw new Wrong(`${option} must be a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`)
}

const understood = (args: ReadonlyArray<string>): Command => {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  const [name, ...rest] = positionals
  if (values.version) return { _tag: "version" }
  if (values.help || name === undefined || name === "help") return { _tag: "help" }
  const pid = values.pid === undefined ? undefined : whole("--pid", values.pid, 1, 2 ** 31 - 1)
  if (name === "why") {
    if (rest.length !== 1) throw new Wrong("why wants one task: its name, or its number as ps shows it")
    return { _tag: "why", pid, task: rest[0]! }
  }
  if (rest.length > 0) throw new Wrong(`${name} takes no ${JSON.stringify(rest[0])}`)
  if (name === "ps" || name === "tree") return { _tag: name, pid, json: values.json }
  if (name === "top") return { _tag: "top", pid, every: whole("--every", values.every, 50, 86_400_000) }
  if (name === "web") return { _tag: "web", pid, port: whole("--port", values.port, 0, 65_535) }
  throw new Wrong(`there is no command ${JSON.stringify(name)}`)
}

/** Reads the arguments of the command line. */
export const commandOf = (args: ReadonlyArray<string>): Command => {
  try {
    return understood(args)
  } catch (error) {
    return { _tag: "wrong", message: (error as Error).message }
  }
}
