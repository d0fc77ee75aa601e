// What the command line and the three demos agree on. `networking/networking.ts`, `scraping/scraping.ts` and
// `database/database.ts` each export
//
//   defaults   the options that `npm start` runs with, all of them
//   run        (options) => Effect<Result extends DemoResult, DemoError, Progress>
//   command    demoCommand({ name, description, flags, examples, run }) of `demoCommand.ts`
//
// A demo never touches stdout, process or exit codes: it tells its story to `Progress` and ends with a result.
import { Context, Data, type Effect, Runtime } from "effect"

/** What a demo ends with: a plain object that `--json` prints as one line. */
export interface DemoResult {
  readonly demo: "networking" | "scraping" | "database"
  readonly seconds: number
}

/**
 * The only error a demo may end with: `message` is one clear line for the user. Exit code 2 says that the command line
 * was wrong (a bad URL, a missing folder), 1 that the world was (a port in use, a database that does not answer).
 */
export class DemoError extends Data.TaggedError("DemoError")<{
  readonly message: string
  readonly exitCode: 1 | 2
}> {
  override readonly [Runtime.errorReported] = false
  override get [Runtime.errorExitCode]() {
    return this.exitCode
  }
}

/** Where a demo tells its story. */
export class Progress extends Context.Service<
  Progress,
  {
    /** One line of the story; stays. */
    readonly line: (text: string) => Effect.Effect<void>
    /** What is going on right now; redrawn in place on a terminal, dropped elsewhere; "" ends it. Cheap: call it as often as you like. */
    readonly status: (text: string) => Effect.Effect<void>
  }
>()("@ferrule/demo/Progress") {}
