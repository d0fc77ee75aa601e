import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { vi } from "vitest"
import * as Channel from "../../src/index.ts"

it("an iterator keeps no `next` that has its item: when it returns it asks those alone that still wait", async () => {
  const { sender, receiver } = await Effect.runPromise(Channel.make<number>({ capacity: 4 }))
  const iterator = receiver[Symbol.asyncIterator]()
  for (const item of [1, 2, 3]) {
    sender.trySendUnsafe(item)
    expect(await iterator.next()).toEqual({ done: false, value: item })
  }
  const waiting = iterator.next()
  const fibers = Object.getPrototypeOf(Effect.runFork(Effect.void)) as { interruptUnsafe: () => void }
  const asked = vi.spyOn(fibers, "interruptUnsafe")
  await iterator.return!()
  expect(asked).toHaveBeenCalledTimes(1)
  asked.mockRestore()
  expect(await waiting).toEqual({ done: true, value: undefined })
})
