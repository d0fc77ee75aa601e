import { Console, Effect } from "effect"
import { Command } from "effect/cli"
import { progressLayer } from "../ui/progressLayer.ts"
import type { DemoError, DemoResult, Progress } from "./Demo.ts"
import { json } from "./json.ts"

type Run<Options, R> = (options: Options) => Effect.Effect<DemoResult, DemoError, Progress | R>

/** Runs a demo as the command line asks for: its story on a terminal or in plain lines, its result as JSON if wanted. */
export const runDemo = Effect.fnUntraced(function* <Options, R>(run: Run<Options, R>, options: Options) {
  const asJson = yield* json
  const result = yield* run(options).pipe(Effect.provide(progressLayer({ stream: asJson ? "stderr" : "stdout" })))
  if (asJson) yield* Console.log(JSON.stringify(result))
})

/** Makes the command of a demo from its flags and its `run`. */
export const demoCommand = <const Name extends string, const Flags extends Command.Command.Config, R = never>(demo: {
  readonly name: Name
  readonly description: string
  readonly flags: Flags
  readonly examples?: ReadonlyArray<Command.Command.Example>
  readonly run: Run<Command.Command.Config.Infer<Flags>, R>
}) =>
  Command.make(demo.name, demo.flags, (options) => runDemo(demo.run, options)).pipe(
    Command.withDescription(demo.description),
    Command.withExamples(demo.examples ?? [])
  )
