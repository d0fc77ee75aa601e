/** Scopes, timeouts and groups nested as deep as no call stack is: entered and left, or cancelled from the top. */
import { Effect } from "effect"
import { CancelScope, TaskGroup, Timeout } from "ferrule"
import { expect, type Run } from "../Run.ts"
import { Tally } from "../Tally.ts"
import { figures, watched } from "../watched.ts"

type Level = Effect.Effect<number>

/** How one level is put around what is inside it. What is inside gives how many levels it has. */
const kinds = {
  scopes: (inside: () => Level): Level =>
    Effect.map(CancelScope.run("level", inside), (outcome) => (outcome._tag === "Completed" ? outcome.value + 1 : 0)),
  timeouts: (inside: () => Level): Level =>
    Effect.suspend(inside).pipe(
      Effect.map((levels) => levels + 1),
      Timeout.failAfter("1 hour"),
      Effect.orDie
    ),
  // Through tasks, not bodies: each level is a group, its body, and a task in which the next group is.
  groups: (inside: () => Level): Level =>
    TaskGroup.run("level", function* (group) {
      const task = yield* group.spawn(Effect.suspend(inside))
      return (yield* task.join) + 1
    })
}

type Kind = keyof typeof kinds

/** `depth` levels around `innermost`; each is made when the one around it runs. */
export const nested = (
  kind: Kind,
  depth: number,
  innermost: Level = Effect.succeed(0),
  around: (level: Level, at: number) => Level = (level) => level
): Level => {
  const level = (at: number): Level =>
    at === depth
      ? innermost
      : around(
          kinds[kind](() => level(at + 1)),
          at
        )
  return level(0)
}

const counted = (cleanups: Tally) => (level: Level, at: number) =>
  Effect.ensuring(
    level,
    Effect.sync(() => cleanups.add(at))
  )

const left = async (kind: Kind, depth: number): Promise<void> => {
  const cleanups = new Tally("cleanups of levels that were left", depth)
  const levels = await Effect.runPromise(nested(kind, depth, Effect.succeed(0), counted(cleanups)))
  expect(levels === depth, `${depth} levels, got ${levels}`)
  cleanups.check()
}

/** The innermost level waits for ever. When it is reached the outermost scope is cancelled, from outside of them all. */
const cancelled = async (kind: Kind, depth: number): Promise<void> => {
  const cleanups = new Tally("cleanups of levels that were cancelled", depth)
  let innermost = 0
  const outcome = await Effect.runPromise(
    CancelScope.run("top", (top) => {
      const waits = Effect.suspend(() => {
        setImmediate(() => top.cancelUnsafe("deep enough"))
        return Effect.never
      }).pipe(Effect.onInterrupt(() => Effect.sync(() => innermost++)))
      return nested(kind, depth, waits, counted(cleanups))
    })
  )
  expect(outcome._tag === "Cancelled" && outcome.trace.scope === "top", "the outermost scope to answer for its cancel")
  expect(innermost === 1, `one cleanup in the innermost level, got ${innermost}`)
  cleanups.check()
}

const nesting = (kind: Kind): Run => ({
  name: `nested-${kind}`,
  claim: `100,000 nested ${kind} are entered and left, and cancelled from the top; every cleanup runs exactly once`,
  seconds: { long: 120, short: 120 },
  go: async (_size, say) => {
    const depth = 100_000
    const [, seen] = await watched(() => left(kind, depth))
    say(figures(`${kind} entered and left`, depth, seen))
    const [, seenAtCancel] = await watched(() => cancelled(kind, depth))
    say(figures(`${kind} entered and cancelled`, depth, seenAtCancel))
  }
})

export const nestingRuns: ReadonlyArray<Run> = [nesting("scopes"), nesting("timeouts"), nesting("groups")]
