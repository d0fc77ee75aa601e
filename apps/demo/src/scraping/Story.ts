import { Effect } from "effect"
import { Progress } from "../cli/Demo.ts"

/** Kinds of trouble, in the words of the last lines. */
export type Trouble =
  | "tried again"
  | "cut by their deadline"
  | "redirecting without end"
  | "too big"
  | "refused"
  | "dead"

export interface Story {
  /** Tells the first trouble of its kind; the others are only counted. */
  readonly trouble: (kind: Trouble, message: string) => Effect.Effect<void>
  readonly troubles: ReadonlyMap<Trouble, number>
}

export const makeStory: Effect.Effect<Story, never, Progress> = Effect.map(Progress, ({ line }) => {
  const troubles = new Map<Trouble, number>()
  return {
    troubles,
    trouble: (kind, message) =>
      Effect.suspend(() => {
        const before = troubles.get(kind) ?? 0
        troubles.set(kind, before + 1)
        return before === 0 ? line(`  ${message}`) : Effect.void
      })
  }
})
