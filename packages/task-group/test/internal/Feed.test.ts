import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { forEach } from "../../src/index.ts"

it("a few items whose tasks never wait are handled in the step that begins", async () => {
  const handled: Array<number> = []
  const fiber = Effect.runFork(forEach([1, 2, 3], (item) => Effect.sync(() => handled.push(item)), { limit: 2 }))
  expect(handled).toEqual([1, 2, 3])
  await new Promise((resolve) => fiber.addObserver(resolve))
})
