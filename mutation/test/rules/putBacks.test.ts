import { expect, it } from "vitest"
import { putBacks } from "../../src/rules/putBacks.ts"
import { mutantsOf } from "../support/mutantsOf.ts"

it("drops a call that stands alone", () => {
  expect(mutantsOf(putBacks, "this.state.giveBack()")).toEqual(["void 0, (undefined)"])
  expect(mutantsOf(putBacks, "const f = () => state.withdraw(place)")).toEqual(["const f = () => (undefined)"])
})

it("gives an effect that does nothing where one was wanted", () => {
  expect(mutantsOf(putBacks, "const f = () => (handed ? handover.takeBack() : Effect.void)")).toEqual([
    "const f = () => (handed ? (Effect.void) : Effect.void)"
  ])
  expect(mutantsOf(putBacks, "const f = () => waiter.leave(withdraw)")).toEqual(["const f = () => (Effect.void)"])
})

it("says that an item was kept which was not", () => {
  expect(mutantsOf(putBacks, 'if (state.putBack(item) === "undelivered") tell()')).toEqual([
    'if (("kept") === "undelivered") tell()'
  ])
})

it("goes on where a step retreats to be tried again", () => {
  expect(mutantsOf(putBacks, "const f = () => (late ? retreat() : take())")).toEqual(["const f = () => ((take()))"])
  expect(mutantsOf(putBacks, "const f = () => (early ? take() : retreat())")).toEqual(["const f = () => ((take()))"])
  expect(mutantsOf(putBacks, "if (late) retreat()")).toEqual(["if (late) void 0, (undefined)"])
})
