/**
 * A configuration that is there before anybody asks for it, and is kept fresh in the background for as long as its
 * owner lives. The first load is the caller's to fail on; later ones keep the last good value.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Data, type Duration, Effect } from "effect"
import { TaskGroup } from "ferrule"

export class ConfigError extends Data.TaggedError("ConfigError")<{ readonly why: string }> {}

const load = (path: string): Effect.Effect<unknown, ConfigError> =>
  Effect.tryPromise({
    try: async () => JSON.parse(await readFile(path, "utf8")) as unknown,
    catch: (error) => new ConfigError({ why: error instanceof Error ? error.name : String(error) })
  })

/** A set-up: the value is an effect that reads the present configuration, the rest keeps it fresh. */
const cached = <A, E>(source: Effect.Effect<A, E>, every: Duration.Input) =>
  Effect.gen(function* () {
    let current = yield* source
    const refresh = Effect.tap(Effect.delay(source, every), (value) => Effect.sync(() => void (current = value)))
    return TaskGroup.ready(
      Effect.sync(() => current),
      Effect.forever(Effect.ignore(refresh))
    )
  })

/** The daemon does not keep its group open: it is cancelled when the body has ended. */
export const withConfig = <A, E>(path: string, body: (config: Effect.Effect<unknown>) => Effect.Effect<A, E>) =>
  TaskGroup.run("app", function* (group) {
    const { value: config } = yield* group.start(cached(load(path), "5 millis"), { name: "config", daemon: true })
    return yield* body(config)
  })

const temporary = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "ferrule-config-"))),
  (folder) => Effect.promise(() => rm(folder, { recursive: true }))
)

const program = Effect.gen(function* () {
  const path = join(yield* temporary, "config.json")
  const write = (text: string) => Effect.promise(() => writeFile(path, text))

  console.log("no file yet:", (yield* Effect.flip(withConfig(path, () => Effect.void)))._tag)

  yield* write(`{ "colour": "red" }`)
  const use = (config: Effect.Effect<unknown>) =>
    Effect.gen(function* () {
      console.log("at first:", yield* config)
      yield* write(`{ "colour": `)
      yield* Effect.sleep("20 millis")
      console.log("while the file is broken:", yield* config)
      yield* write(`{ "colour": "blue" }`)
      while (JSON.stringify(yield* config).includes("red")) yield* Effect.sleep("1 millis")
      console.log("after a change:", yield* config)
    })
  yield* withConfig(path, use)
})

await Effect.runPromise(Effect.scoped(program))
// => no file yet: ConfigError
// => at first: { colour: 'red' }
// => while the file is broken: { colour: 'red' }
// => after a change: { colour: 'blue' }
