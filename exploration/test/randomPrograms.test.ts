import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { areas } from "../src/areas.ts"
import { tryProgram } from "../src/tryProgram.ts"

const makers = areas.flatMap(({ name, random }) => (random === undefined ? [] : [{ name, random }]))

describe.each(makers)("the programs that a seed makes up for $name", ({ random }) => {
  it("are the same for the same seed, and others for another one", () => {
    const claims = (seed: number) => random(seed, 20).map(({ claim }) => claim)
    expect(claims(7)).toEqual(claims(7))
    expect(claims(8)).not.toEqual(claims(7))
  })

  it("keep their law under a few schedules each", async () => {
    for (const made of random(1, 10)) {
      const tried = await Effect.runPromise(tryProgram(made, { depthFirst: 0, random: 10, priorities: 5, seed: 1 }))
      expect([made.claim, tried.broken]).toEqual([made.claim, undefined])
    }
  })
})
