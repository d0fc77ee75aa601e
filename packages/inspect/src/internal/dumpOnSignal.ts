import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Inspector } from "../Inspector.ts"
import { plain } from "./plain.ts"

/** Writes the tree to standard error each time the signal comes, until the resource scope ends. */
export const dumpOnSignal = (
  inspector: Inspector,
  signal: `SIG${string}`,
  text: (inspector: Inspector) => string
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.suspend(() => {
    const dump = (): void => {
      try {
        // `console` does not mind that nobody reads it any more; a stream would end the program.
        console.error(text(inspector))
      } catch (error) {
        console.error(`the tree cannot be shown: ${plain(String(error), 1000)}`)
      }
    }
    return Effect.acquireRelease(
      Effect.sync(() => void process.on(signal, dump)),
      () => Effect.sync(() => void process.off(signal, dump))
    )
  })
