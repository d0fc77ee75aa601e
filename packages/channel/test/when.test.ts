import { mayLeave } from "@ferrule/testing/vitest"
import { expect, it } from "@effect/vitest"
import { Array, Cause, Effect, Exit, Fiber, Option } from "effect"
import * as Channel from "../src/index.ts"
import { start, upTo } from "./support/running.ts"

it.effect("a clause that is off is never chosen and not even made: what it would send need not exist [SE-15]", () =>
  Effect.gen(function* () {
    mayLeave(["items"], "nobody receives what was sent")
    const off = yield* Channel.make<number>({ capacity: 10 })
    const on = yield* Channel.make<number>({ capacity: 10 })
    let made = 0
    for (const i of upTo(10)) {
      const event = yield* Channel.select({
        off: Channel.when(false, () => Channel.sending(off.sender, ++made)),
        on: Channel.sending(on.sender, i)
      })
      expect(event._tag).toBe("on")
    }
    expect(made).toBe(0)
    expect(yield* off.receiver.tryReceive).toEqual({ _tag: "Empty" })
  })
)

it.effect("a clause that is off is not waited for either, and one that is on is the clause itself [SE-15]", () =>
  Effect.gen(function* () {
    const one = yield* Channel.make<number>()
    const two = yield* Channel.make<number>()
    const waiting = yield* start(
      Channel.select({
        off: Channel.when(false, () => Channel.receiving(one.receiver)),
        on: Channel.when(true, () => Channel.receiving(two.receiver))
      })
    )
    expect((yield* one.receiver.statistics).waitingReceivers).toBe(0)
    expect(yield* one.sender.trySend(1)).toBe("full")
    expect(yield* two.sender.trySend(2)).toBe("sent")
    expect(yield* Fiber.join(waiting)).toEqual({ _tag: "on", value: 2 })
  })
)

it.effect("a select whose clauses are all off is a defect, unless there is `otherwise` [XE-01]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number>()
    const off = {
      in: Channel.when(false, () => Channel.receiving(receiver)),
      out: Channel.sendingOption(sender, Option.none())
    }
    const exit = yield* Effect.exit(Channel.select(off))
    const defect = Exit.isFailure(exit) && Exit.hasDies(exit) ? String(Cause.squash(exit.cause)) : "no defect"
    expect(defect).toContain("in, out")
    expect(defect).toContain("Add an `ended` clause")
    expect((yield* Channel.select({ ...off, rest: Channel.otherwise }))._tag).toBe("rest")
  })
)

it.effect("two results are joined, whichever comes first, each clause on until it has come [SE-17]", () =>
  Effect.gen(function* () {
    for (const order of [
      ["a", "b"],
      ["b", "a"]
    ] as const) {
      const channels = { a: yield* Channel.make<string>(), b: yield* Channel.make<string>() }
      const got: { a?: string; b?: string } = {}
      const joining = yield* start(
        Effect.gen(function* () {
          while (got.a === undefined || got.b === undefined) {
            const event = yield* Channel.select({
              a: Channel.when(got.a === undefined, () => Channel.receiving(channels.a.receiver)),
              b: Channel.when(got.b === undefined, () => Channel.receiving(channels.b.receiver))
            })
            got[event._tag] = event.value
          }
        })
      )
      for (const which of order) {
        yield* channels[which].sender.send(`from ${which}`)
        yield* channels[which].sender.close
      }
      yield* Fiber.join(joining)
      expect(got).toEqual({ a: "from a", b: "from b" })
    }
  })
)

it.effect("sendingOption sends the first of a buffer, and is off when it is empty [SE-15]", () =>
  Effect.gen(function* () {
    const { sender, receiver } = yield* Channel.make<number | undefined>({ capacity: 4 })
    const buffer: Array<number | undefined> = [1, undefined]
    const tags: Array<string> = []
    for (const _ of upTo(3)) {
      const clauses = { out: Channel.sendingOption(sender, Array.head(buffer)), rest: Channel.otherwise }
      const { _tag } = yield* Channel.select(clauses)
      if (_tag === "out") buffer.shift()
      tags.push(_tag)
    }
    expect(tags).toEqual(["out", "out", "rest"])
    expect([yield* receiver.receive, yield* receiver.receive]).toEqual([1, undefined])
    expect((yield* receiver.statistics).sent).toBe(2)
  })
)

it.effect("a select all of whose clauses are off is a defect that does not say that they have ended", () =>
  Effect.gen(function* () {
    const { receiver } = yield* Channel.make<number>()
    const exit = yield* Effect.exit(
      Channel.select({
        job: Channel.when(false, () => Channel.receiving(receiver)),
        out: Channel.sendingOption<number, never>((yield* Channel.make<number>()).sender, Option.none())
      })
    )
    expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toContain(
      "each of its clauses (job, out) is off, or waits for what has ended"
    )
  })
)
