import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import type { SenderHandle } from "../../src/internal/SenderHandle.ts"
import * as Channel from "../../src/index.ts"

it.effect("a sender that was used to its end is not kept by its channel", () =>
  Effect.gen(function* () {
    const { sender } = yield* Channel.make<number>({ capacity: 1 })
    // Sound: there is no other kind of sender.
    const { whenAbandoned } = (sender as SenderHandle<number, never>).pipe
    const before = whenAbandoned.size
    let during: number | undefined
    yield* sender.use(() => Effect.sync(() => void (during = whenAbandoned.size)))
    expect([during, whenAbandoned.size]).toEqual([before + 1, before])
  })
)
