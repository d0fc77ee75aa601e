import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Option, type Scope } from "effect"
import { DemoError } from "../cli/Demo.ts"

const temporaryFile = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "ferrule-scraping-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  ),
  (folder) => join(folder, "crawl.sqlite")
)

/** The file to write: the given one, which must not exist yet, or one that goes with the resource scope. */
export const outFile = (out: Option.Option<string>): Effect.Effect<string, DemoError, Scope.Scope> =>
  Option.match(out, {
    onNone: () => temporaryFile,
    onSome: (file) =>
      existsSync(file)
        ? Effect.fail(new DemoError({ message: `"${file}" exists. Give --out a new file.`, exitCode: 2 }))
        : Effect.succeed(file)
  })
