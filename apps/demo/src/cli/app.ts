import { Console, Effect } from "effect"
import { CliError, Command } from "effect/cli"
import * as database from "../database/database.ts"
import * as networking from "../networking/networking.ts"
import * as scraping from "../scraping/scraping.ts"
import { DemoError } from "./Demo.ts"
import { runDemo } from "./demoCommand.ts"
import { json } from "./json.ts"
import { oneLine } from "./oneLine.ts"

const all = Effect.gen(function* () {
  yield* runDemo(networking.run, networking.defaults)
  yield* runDemo(scraping.run, scraping.defaults)
  yield* runDemo(database.run, database.defaults)
})

const root = Command.make("npm start --", {}, () => all).pipe(
  Command.withDescription(
    "What structured concurrency gives, in three demos: networking, scraping, database. Without a command all three run, one after another."
  ),
  Command.withExamples([
    { command: "npm start", description: "Run all three on embedded defaults" },
    { command: "npm start -- networking --help", description: "The options of one" }
  ]),
  Command.withSubcommands([networking.command, scraping.command, database.command]),
  Command.withGlobalFlags([json])
)

/** A wrong command line has been told by the presenter; what is left of it is the exit status 2. */
const wrongCommandLine = (error: CliError.CliError) =>
  error._tag === "ShowHelp" && error.errors.length === 0
    ? Effect.void
    : Effect.fail(new DemoError({ message: "", exitCode: 2 }))

/** The app on a command line: one line on stderr for whatever the user can mend, the story and the results elsewhere. */
export const app = Command.run(root, { version: "0.0.0" }).pipe(
  Effect.tapErrorTag("DemoError", (error) => Console.error(error.message)),
  Effect.catchIf(CliError.isCliError, wrongCommandLine),
  Effect.provide(oneLine)
)
