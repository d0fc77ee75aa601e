import { expect, it } from "@effect/vitest"
import { Data, Effect, Exit, Option } from "effect"
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

it.effect("the error of another installed copy is a closed channel, too; one that only bears the name is not", () =>
  Effect.gen(function* () {
    class OfOtherCopy extends Data.TaggedError("ChannelClosed")<{
      readonly channel: string
      readonly by: "receiver"
    }> {}
    class OfSomethingElse extends Data.TaggedError("ChannelClosed")<{ readonly tunnel: string }> {}
    const closed = Effect.fail(new OfOtherCopy({ channel: "jobs", by: "receiver" }))
    expect(yield* Channel.stopWhenClosed(closed)).toEqual(Option.none())
    const other = Effect.fail(new OfSomethingElse({ tunnel: "A 13" }))
    expect(yield* Effect.flip(Channel.stopWhenClosed(other))).toBeInstanceOf(OfSomethingElse)
    const jobs = yield* Channel.make<number>("jobs")
    const exit = yield* Effect.exit(jobs.sender.use(() => closed))
    expect(Exit.hasDies(exit)).toBe(true)
  })
)
