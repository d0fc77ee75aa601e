import { Effect } from "effect"
import { Channel } from "ferrule"
import { expect, it } from "vitest"
import { program } from "../src/Program.ts"
import { together } from "../src/together.ts"
import { tryProgram } from "../src/tryProgram.ts"

const few = { depthFirst: 200, random: 200, priorities: 100, seed: 0 }

const adding = (inOneStep: boolean) =>
  program("no update is lost", ["S-90"], function* (see) {
    let count = 0
    const read = Effect.sync(() => count)
    const add = inOneStep
      ? Effect.sync(() => void count++)
      : Effect.flatMap(read, (before) => Effect.sync(() => void (count = before + 1)))
    yield* together(add, add)
    see.equal(count, 2, "two were added")
  })

it("a claim that does not hold under some schedule is broken, with what was seen and a token [S-210]", async () => {
  const { broken } = await Effect.runPromise(tryProgram(adding(false), few))
  expect(broken).toContain("two were added: expected 2, got 1")
  expect(broken).toMatch(/replay\(program, "s1-/)
})

it("what holds is tried by every strategy, as often as was asked, and depth-first says how far it came [S-211]", async () => {
  const { complete, depthFirst, priorities, random } = await Effect.runPromise(tryProgram(adding(true), few))
  expect([random, priorities]).toEqual([200, 100])
  expect(depthFirst).toBeGreaterThan(1)
  expect(complete).toBeGreaterThan(0)
})

it("a claim that is made in what is cancelled breaks the program all the same", async () => {
  const cut = program("cut", ["S-2"], function* (see) {
    const claim = Effect.sync(() => see.that(false, "seen in a cleanup"))
    const fiber = yield* Effect.forkChild(Effect.onInterrupt(Effect.never, () => claim))
    yield* Effect.sleep(1)
    yield* Effect.sync(() => fiber.interruptUnsafe())
    yield* Effect.sleep(1)
  })
  expect((await Effect.runPromise(tryProgram(cut, few))).broken).toContain("seen in a cleanup")
})

it("what the failure hook is told and nobody asks for breaks the program", async () => {
  const dying = program("dying", ["S-91"], function* () {
    const reading = Effect.flatMap(
      Channel.produce("p", () => Effect.die("unheard")),
      (receiver) => Effect.exit(receiver.receive)
    )
    yield* Effect.scoped(reading)
    yield* Effect.sleep(1)
  })
  expect((await Effect.runPromise(tryProgram(dying, few))).broken).toContain('told of a defect of "p"')
})
