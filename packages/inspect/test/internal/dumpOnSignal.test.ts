import * as Effect from "effect/Effect"
import { describe, expect, it, vi } from "vitest"
import type { Inspector } from "../../src/Inspector.ts"
import { dumpOnSignal } from "../../src/internal/dumpOnSignal.ts"

describe("a dump", () => {
  it("says what went wrong, and does not end the program [S-330]", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => undefined)
    const before = process.listenerCount("SIGUSR2")
    await Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          yield* dumpOnSignal({} as Inspector, "SIGUSR2", () => expect.fail("torn"))
          process.emit("SIGUSR2")
        })
      )
    )
    const lines = said.mock.calls.flat()
    said.mockRestore()
    expect(lines).toEqual([expect.stringContaining("the tree cannot be shown: AssertionError: torn")])
    expect(process.listenerCount("SIGUSR2")).toBe(before)
  })
})
