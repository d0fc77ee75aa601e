import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { plainJson } from "../internal/plain.ts"
import { toText } from "../toText.ts"
import { why } from "../why.ts"
import { CannotAsk } from "./CannotAsk.ts"
import { type Command, usage } from "./Command.ts"
import { oneProgram, type Program, programs } from "./programs.ts"
import { ps } from "./ps.ts"
import { top } from "./top.ts"
import { web } from "./web.ts"

const print = (text: string): Effect.Effect<void> => Effect.sync(() => console.log(text))

const version = (): string => {
  const manifest = readFileSync(new URL(import.meta.resolve("@ferrule/inspect/package.json")), "utf8")
  return (JSON.parse(manifest) as { readonly version: string }).version
}

/** Why there is nothing to see, to whoever sees it for the first time. */
const hintOf = ({ snapshot }: Program): string =>
  snapshot.nodes.length > 0
    ? ""
    : "\nNothing of Ferrule runs in what the layer is provided to. Groups, scopes and timeouts are shown that begin there: not fibers\nof Effect alone, nor what Effect.runFork starts, nor a layer that is merged with this one and not provided with it."

const shown = (found: ReadonlyArray<Program>, json: boolean, text: (program: Program) => string): string => {
  if (!json) return found.map((program) => text(program) + hintOf(program)).join("\n\n")
  const snapshots = found.map(({ snapshot }) => snapshot)
  return plainJson(JSON.stringify(snapshots.length === 1 ? snapshots[0] : snapshots, undefined, 2))
}

/** Does what was asked for. */
export const run = (command: Command): Effect.Effect<void, CannotAsk> => {
  switch (command._tag) {
    case "help":
      return print(usage)
    case "version":
      return print(version())
    case "wrong":
      return Effect.fail(new CannotAsk({ message: `${command.message}\n\n${usage}`, status: 2 }))
    case "ps":
      return Effect.flatMap(programs(command.pid), (found) =>
        print(shown(found, command.json, ({ snapshot }) => ps(snapshot)))
      )
    case "tree":
      return Effect.flatMap(programs(command.pid), (found) =>
        print(shown(found, command.json, ({ snapshot }) => toText(snapshot)))
      )
    case "why":
      return Effect.flatMap(oneProgram(command.pid), ({ snapshot }) => print(why(snapshot, command.task)))
    case "top":
      return Effect.flatMap(oneProgram(command.pid), (program) => top(program, command.every))
    case "web":
      return Effect.flatMap(oneProgram(command.pid), ({ address }) => web(address, command.port))
  }
}
