import { expect, it } from "vitest"
import { masks } from "../../src/rules/masks.ts"
import { mutantsOf } from "../support/mutantsOf.ts"

it("leaves what was uninterruptible as it is", () => {
  expect(mutantsOf(masks, "const x = Effect.uninterruptible(work)")).toEqual(["const x = (work)"])
})

it("gives a function that is masked what Effect would restore with, and no mask around it", () => {
  expect(mutantsOf(masks, "const x = Effect.uninterruptibleMask((restore) => restore(work))")).toEqual([
    "const x = (Effect.withFiber((fiber) => ((restore) => restore(work))(fiber.interruptible ? Effect.interruptible : (self) => self)))"
  ])
})

it("restores around the masked form of a region, and suspends what a masked step was", () => {
  expect(mutantsOf(masks, "const x = runRegionMasked(restore, region, body, finish)")).toEqual([
    "const x = (restore(Effect.suspend(() => runRegionMasked(restore, region, body, finish))))"
  ])
  expect(mutantsOf(masks, "const x = inMaskedStep(() => act())")).toEqual(["const x = (Effect.suspend(() => act()))"])
})

it("lets an acquire be interrupted that could not be", () => {
  expect(mutantsOf(masks, "const x = Effect.acquireRelease(acquire, release)")).toEqual([
    "const x = Effect.acquireRelease(acquire, release, { interruptible: true })"
  ])
  expect(mutantsOf(masks, "const x = Effect.acquireRelease(acquire, release, { interruptible: true })")).toEqual([])
})

it("turns flags off: of a fiber's options, of `startFiber`, of a region", () => {
  expect(mutantsOf(masks, "run({ uninterruptible: true })")).toEqual(["run({ uninterruptible: false })"])
  expect(mutantsOf(masks, "startFiber(queue, context, main, started, true)")).toEqual([
    "startFiber(queue, context, main, started, false)"
  ])
  expect(mutantsOf(masks, "region.masked = region.shielded = true")).toEqual([
    "region.masked = region.shielded = false"
  ])
  expect(mutantsOf(masks, "startFiber(queue, context, main, started, false); this.shielded = on")).toEqual([])
})
