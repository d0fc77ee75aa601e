import { observer } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { CannotListen } from "./CannotListen.ts"
import { dumpOnSignal } from "./internal/dumpOnSignal.ts"
import { type InspectorOptions, make } from "./Inspector.ts"
import { serve, type ServeOptions } from "./serve.ts"
import { toText } from "./toText.ts"

/**
 * How a program is inspected.
 *
 * @category serving
 * @since 0.1.0
 */
export interface LayerOptions extends InspectorOptions, ServeOptions {
  /** The signal at which the tree is written to standard error; `SIGUSR2` by default, and nothing on Windows. */
  readonly dumpOn?: `SIG${string}` | "nothing"
}

/**
 * Lets a program be looked at from outside: by `npx ferrule-inspect`, which shows its tree, what each task waits for and
 * why it was cancelled, and by a signal, at which it writes its tree to standard error.
 *
 * It answers on a socket that only this user can reach, or on a port of this machine for whoever has its token; never to
 * another machine. What it tells are the names and states of tasks, scopes and resources, and reasons of cancels.
 *
 * It watches the groups, scopes, timeouts and tasks that begin in what it is provided to, in layers that are built there
 * too: `Layer.provide(app, Inspect.layer())`, and not `Layer.merge`. Fibers of Effect alone have no place in the tree, and
 * what `Effect.runFork` starts is not watched. Where the layer has ended, or has not begun, SIGUSR2 ends a process, as it
 * does without it.
 *
 * - **Fails when** it cannot listen, with `CannotListen`: catch it to run without.
 * - **When the program ends**, the socket is gone.
 *
 * @see make to look from inside
 * @category serving
 * @since 0.1.0
 */
export const layer = (options: LayerOptions = {}): Layer.Layer<never, CannotListen> =>
  Layer.effect(
    observer,
    Effect.gen(function* () {
      const inspector = yield* make(options)
      yield* serve(inspector, options)
      const dumpOn = options.dumpOn ?? (process.platform === "win32" ? "nothing" : "SIGUSR2")
      if (dumpOn !== "nothing") yield* dumpOnSignal(inspector, dumpOn, (it) => toText(it.snapshot()))
      return inspector
    })
  )
