/** Scopes linked to one AbortSignal: one listener each while they run, none afterwards. */
import { getEventListeners } from "node:events"
import { Effect } from "effect"
import { CancelScope, TaskGroup } from "ferrule"
import { expect, type Run } from "../Run.ts"
import { figures, watched } from "../watched.ts"

const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length

/** A scope linked to `signal`, in which `inside` runs. */
const linked = <A>(signal: AbortSignal, inside: Effect.Effect<A>) =>
  CancelScope.run({ name: "linked", signal }, () => inside)

const inTurn = (signal: AbortSignal, count: number): Effect.Effect<number> =>
  Effect.gen(function* () {
    let single = 0
    for (let index = 0; index < count; index++) {
      // Every other one waits, so that both ways out of a scope are taken.
      const inside = Effect.sync(() => listeners(signal))
      const outcome = yield* linked(signal, index % 2 === 0 ? inside : Effect.andThen(Effect.yieldNow, inside))
      if (CancelScope.getOrElse(outcome, () => 0) === 1) single++
    }
    return single
  })

const atOnce = async (count: number, abort: boolean): Promise<void> => {
  const controller = new AbortController()
  const { signal } = controller
  const gate = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  let open = 0
  let completed = 0
  const waits = Effect.suspend(() => {
    if (++open === count) reached.resolve()
    return Effect.promise(() => gate.promise)
  })
  const ended = Effect.runPromise(
    TaskGroup.run("at once", function* (group) {
      for (let index = 0; index < count; index++) {
        const scope = Effect.map(linked(signal, waits), ({ _tag }) => (_tag === "Completed" ? completed++ : 0))
        yield* group.spawn(scope)
      }
    })
  )
  await reached.promise
  expect(listeners(signal) === count, `${count} listeners while ${count} scopes run, got ${listeners(signal)}`)
  if (abort) controller.abort("enough")
  else gate.resolve()
  await ended
  expect(completed === (abort ? 0 : count), `${abort ? 0 : count} scopes to complete, got ${completed}`)
  expect(listeners(signal) === 0, `no listener left, got ${listeners(signal)}`)
}

export const signalRuns: ReadonlyArray<Run> = [
  {
    name: "signal-in-turn",
    claim: "100,000 scopes on one AbortSignal, one after another, have one listener at a time and leave none",
    seconds: { long: 60, short: 60 },
    go: async (_size, say) => {
      const { signal } = new AbortController()
      const count = 100_000
      const [single, seen] = await watched(() => Effect.runPromise(inTurn(signal, count)))
      say(figures("scopes in turn", count, seen))
      expect(single === count, `one listener in each of ${count} scopes, it was so in ${single}`)
      expect(listeners(signal) === 0, `no listener left, got ${listeners(signal)}`)
    }
  },
  {
    name: "signal-at-once",
    claim: "1,000 scopes on one AbortSignal at once have a listener each and leave none, completed or aborted",
    seconds: { long: 60, short: 60 },
    go: async (_size, say) => {
      const count = 1000
      for (const abort of [false, true]) {
        const [, seen] = await watched(() => atOnce(count, abort))
        say(figures(abort ? "scopes at once, aborted" : "scopes at once, completed", count, seen))
      }
    }
  }
]
