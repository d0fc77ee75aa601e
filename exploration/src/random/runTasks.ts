import { Effect } from "effect"
import { together, victim } from "../together.ts"
import type { Tasks } from "./randomPrograms.ts"

/** Long after all that the tasks do by themselves. */
const quiet = 1_000

/**
 * Runs the tasks side by side, and cancels whom the sample says. When all that is left waits, `atRest` looks at what
 * there is, and then `release` lets everybody go.
 */
export const runTasks = <Step>(
  { cancelled, tasks }: Tasks<Step>,
  run: (step: Step, item: number) => Effect.Effect<unknown, unknown>,
  atRest: Effect.Effect<void>,
  release: Effect.Effect<void>
): Effect.Effect<void> =>
  Effect.gen(function* () {
    const running: Array<Effect.Effect<unknown>> = []
    for (const [index, steps] of tasks.entries()) {
      const whole = Effect.forEach(steps, (step, at) => Effect.exit(run(step, 10 * index + at + 1)), { discard: true })
      if (cancelled?.task !== index) running.push(whole)
      else {
        const { cancel, run } = yield* victim(cancelled.by, whole)
        running.push(run, cancelled.after === 0 ? cancel : Effect.delay(cancel, cancelled.after))
      }
    }
    yield* together(...running, Effect.delay(Effect.andThen(atRest, release), quiet))
  })
