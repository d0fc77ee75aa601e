import { expect, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import * as Channel from "../src/index.ts"

it.effect("a closed channel is a normal end, on either side", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    yield* sender.close
    expect(yield* Channel.stopWhenClosed(Effect.forever(receiver.receive))).toEqual(Option.none())
    expect(yield* Channel.stopWhenClosed(sender.send(1))).toEqual(Option.none())
  })
)

it.effect("a value comes through, and so does any other error", () =>
  Effect.gen(function* () {
    expect(yield* Channel.stopWhenClosed(Effect.succeed(1))).toEqual(Option.some(1))
    expect(yield* Effect.flip(Channel.stopWhenClosed(Effect.fail("no disk")))).toBe("no disk")
  })
)
