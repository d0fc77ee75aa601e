import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import { lockOrder } from "../src/bugs/lockOrder.ts"
import { lostUpdate } from "../src/bugs/lostUpdate.ts"
import { planted } from "../src/corpus.ts"
import { type Effort, examine } from "../src/examine.ts"
import { namesOnPage } from "../src/page.ts"
import { repeatedAnew } from "../src/repeatedAnew.ts"

const little: Effort = { usual: 20, seeds: [0], mended: 100 }

describe("each planted bug", () => {
  it.each(planted.map((bug) => [bug.name, bug] as const))(
    "%s is as the corpus claims, as far as a few runs can tell [S-276]",
    async (_, bug) => {
      expect((await examine(bug, little)).wrong).toEqual([])
    }
  )

  it("has a name of its own, and stands on the page in the order of the corpus [S-276]", () => {
    const names = planted.map(({ name }) => name)
    expect(names).toEqual([...new Set(names)])
    expect(namesOnPage()).toEqual(names)
  })
})

describe("an examination", () => {
  it("sees that a bug is not there, and that it is still there in the mended program [S-276]", async () => {
    const { wrong } = await examine({ ...lostUpdate, broken: lostUpdate.mended, mended: lostUpdate.broken }, little)
    expect(wrong).toEqual([
      "is not found with seed 0",
      "is repeated 0 times of 3",
      expect.stringContaining("is found in the mended program: fails in schedule")
    ])
  })

  it("sees that a bug shows by itself, takes longer than promised, or is another one [S-276]", async () => {
    const always = { ...lostUpdate, broken: () => Effect.fail("always"), mended: lockOrder.mended, within: 0 }
    const { wrong } = await examine(always, little)
    expect(wrong).toEqual([
      "shows in 20 of 20 runs on the stock scheduler",
      "fails with always with seed 0",
      "takes 1 tries with seed 0",
      "is repeated 0 times of 3"
    ])
  })

  it("repeats in a fresh process what a token stands for, and nothing else [S-276]", async () => {
    const { found } = await examine(lockOrder, little)
    const tokens = { [lockOrder.name]: found[0]!.token, [lostUpdate.name]: "s1-1-1" }
    expect([...(await repeatedAnew(tokens))].filter((name) => name !== "")).toEqual([lockOrder.name])
  })
})
