import { failureHook, type Report } from "@ferrule/runtime"
import { VirtualClock } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Clock, Effect, Exit, Fiber, Option, Scope } from "effect"
import * as Channel from "../src/index.ts"
import { randomFrom, RandomScheduler } from "./support/RandomScheduler.ts"
import { endOf, isCancelled, quiet, region, start, upTo } from "./support/running.ts"

/** Runs a body with a list of what the failure hook is told. */
const told = <A, E, R>(body: (reports: Array<Report>) => Generator<Effect.Effect<any, E, R>, A, never>) => {
  const reports: Array<Report> = []
  return Effect.gen(() => body(reports)).pipe(
    Effect.provideService(failureHook, (report) => Effect.sync(() => void reports.push(report)))
  )
}

const causeOf = <A, E>(exit: Exit.Exit<A, E>) => (Exit.isFailure(exit) ? exit.cause : Cause.empty)

it.effect("the end of the producer closes the channel, behind its items [CH-30]", () =>
  Effect.gen(function* () {
    const released: Array<string> = []
    const numbers = yield* Channel.produce("numbers", function* (tx: Channel.Sender<number>) {
      yield* Effect.addFinalizer(() => Effect.sync(() => void released.push("file")))
      for (const item of upTo(3)) yield* tx.send(item)
    })
    const got: Array<number> = []
    yield* numbers.forEach((item) => Effect.sync(() => void got.push(item)))
    expect(got).toEqual([0, 1, 2])
    expect(released).toEqual(["file"])
    expect(yield* numbers.receiveOption).toEqual(Option.none())
  })
)

it.effect("the failure of the producer is the channel's, for ever, behind its items [CH-30]", () =>
  Effect.gen(function* () {
    const numbers = yield* Channel.produce(
      "numbers",
      function* (tx: Channel.Sender<number>) {
        yield* tx.send(1)
        yield* tx.send(2)
        return yield* Effect.fail("e" as const)
      },
      { capacity: 4 }
    )
    expect([yield* numbers.receive, yield* numbers.receive]).toEqual([1, 2])
    for (const _ of upTo(2)) expect(yield* Effect.flip(numbers.receive)).toBe("e")
    expect(yield* Effect.flip(numbers.receiveOption)).toBe("e")
  })
)

it.effect("when the consumer gives up its receiver the producer is stopped, and its cleanup runs [CH-30]", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const numbers = yield* Channel.produce("numbers", (tx: Channel.Sender<number>) =>
      Effect.forever(tx.send(1)).pipe(Effect.onInterrupt(() => Effect.sync(() => void log.push("cleanup"))))
    )
    expect(yield* numbers.receive).toBe(1)
    yield* numbers.cancel
    yield* quiet
    expect(log).toEqual(["cleanup"])
  })
)

it.live("the cleanup of a producer is awaited when the resource scope closes, and a send in it fails at once", () =>
  VirtualClock.run(
    Effect.gen(function* () {
      const log: Array<unknown> = []
      yield* Effect.scoped(
        Effect.gen(function* () {
          const numbers = yield* Channel.produce("numbers", (tx: Channel.Sender<number>) => {
            const cleanup = Effect.andThen(Effect.sleep(50), Effect.exit(tx.send(0)))
            return Effect.ensuring(
              Effect.forever(tx.send(1)),
              Effect.map(cleanup, (exit) => void log.push(exit._tag))
            )
          })
          log.push(yield* numbers.receive)
        })
      )
      expect(log).toEqual([1, "Failure"])
      expect(Number(yield* Clock.monotonicTimeNanos) / 1e6).toBe(50)
    })
  )
)

it.effect("a defect of the producer is shown to the readers, and told to the failure hook", () =>
  told(function* (reports) {
    const numbers = yield* Channel.produce("numbers", function* (tx: Channel.Sender<number>) {
      yield* tx.send(1)
      return yield* Effect.die("boom")
    })
    expect(yield* numbers.receive).toBe(1)
    const readers = [
      numbers.receive,
      numbers.receiveOption,
      numbers.tryReceive,
      numbers.forEach(() => Effect.void),
      Channel.select({ end: Channel.ended(numbers) })
    ]
    for (const reader of readers) {
      const exit = yield* Effect.exit<unknown, unknown, never>(reader)
      expect(Cause.squash(causeOf(exit))).toBe("boom")
    }
    expect(reports).toMatchObject([{ task: "numbers", group: 'channel "numbers"', kind: "defect" }])
  })
)

it.effect("what fails when nobody reads any more is told to the failure hook, once", () =>
  told(function* (reports) {
    for (const cleanup of [Effect.die("boom"), Effect.void]) {
      yield* Effect.scoped(
        Channel.produce("numbers", (tx: Channel.Sender<number>) => Effect.ensuring(Effect.forever(tx.send(1)), cleanup))
      )
    }
    expect(reports.map(({ kind }) => kind)).toEqual(["defect"])
    yield* Effect.scoped(
      Channel.produce("numbers", (tx: Channel.Sender<number>) =>
        Effect.uninterruptible(Effect.catch(tx.send(1), () => Effect.fail("no disk")))
      )
    )
    expect(reports.map(({ task, kind }) => [task, kind])).toEqual([
      ["numbers", "defect"],
      ["numbers", "failure"]
    ])
    expect(Cause.squash(reports[1]!.cause)).toBe("no disk")
  })
)

it.effect("a producer that ended the channel itself and then fails is told of to the failure hook", () =>
  told(function* (reports) {
    const numbers = yield* Channel.produce(
      "numbers",
      function* (tx: Channel.Sender<number>) {
        yield* tx.send(1)
        yield* tx.close
        return yield* Effect.fail("late")
      },
      { capacity: 1 }
    )
    expect([yield* numbers.receiveOption, yield* numbers.receiveOption]).toEqual([Option.some(1), Option.none()])
    expect(reports.map(({ kind }) => kind)).toEqual(["failure"])
  })
)

it.effect("a ChannelClosed of another channel is a defect of the producer, not a clean end", () =>
  told(function* (reports) {
    const other = yield* Channel.make<number>("other")
    yield* other.receiver.cancel
    const numbers = yield* Channel.produce("numbers", () => other.sender.send(1))
    const exit = yield* Effect.exit(numbers.receive)
    expect(Cause.squash(causeOf(exit))).toBeInstanceOf(Channel.ChannelClosed)
    expect(reports).toHaveLength(1)
  })
)

it.effect("a reader that a clone has kept beyond the scope is shown a defect, and no clean end", () =>
  told(function* (reports) {
    const scope = yield* Scope.make()
    const numbers = yield* Scope.provide(
      Channel.produce("numbers", (_tx: Channel.Sender<number>) => Effect.never),
      scope
    )
    const clone = yield* numbers.clone
    const waiting = yield* start(clone.receive)
    yield* Scope.close(scope, Exit.void)
    const exit = yield* Fiber.await(waiting)
    expect(String(Cause.squash(causeOf(exit)))).toContain('what feeds channel "numbers" was stopped before its end')
    expect(isCancelled(exit)).toBe(false)
    expect(reports).toEqual([])
  })
)

it("a reader that a clone has kept is shown that also if the producer had not begun, on any scheduler", () => {
  let unbegun = 0
  for (let seed = 0; seed < 250; seed++) {
    const scheduler = new RandomScheduler(randomFrom(seed))
    const fork = <A, E>(self: Effect.Effect<A, E>) => Effect.runFork(self, { scheduler })
    const scope = Scope.makeUnsafe()
    let began = false
    const produced = Channel.produce("numbers", (_tx: Channel.Sender<number>) => {
      began = true
      return Effect.never
    })
    const read = Effect.gen(function* () {
      const numbers = yield* Scope.provide(produced, scope)
      const clone = yield* numbers.clone
      yield* Effect.forkDetach(Scope.close(scope, Exit.void))
      return yield* clone.receive
    })
    const reading = fork(Effect.scoped(read))
    scheduler.toTheEnd()
    const exit = endOf(reading)
    expect({ seed, exit: exit === "waits" ? exit : Exit.hasDies(exit) }).toEqual({ seed, exit: true })
    if (!began) unbegun++
  }
  expect(unbegun).toBeGreaterThan(0)
})

it.effect("a cancel of the scope around it marks the producer at once, and its items go nowhere", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const outer = region(
      Effect.scoped(
        Effect.gen(function* () {
          const numbers = yield* Channel.produce("numbers", (tx: Channel.Sender<number>) =>
            Effect.onInterrupt(Effect.andThen(Effect.never, tx.send(1)), () =>
              Effect.sync(() => void log.push("stopped"))
            )
          )
          return yield* numbers.receive
        })
      )
    )
    const running = yield* start(outer.run)
    outer.mark()
    expect(outer.node.firstChild?.name).toBe("numbers")
    expect(outer.node.firstChild?.trace).toBeDefined()
    const exit = yield* Fiber.join(running)
    expect(isCancelled(exit)).toBe(true)
    expect(log).toEqual(["stopped"])
  })
)

it.effect("in a scope that was marked as cancelled no producer begins", () =>
  Effect.gen(function* () {
    const log: Array<string> = []
    const marks: Array<() => void> = []
    const outer = region(
      Effect.scoped(
        Effect.andThen(
          Effect.sync(() => marks[0]!()),
          Channel.produce("numbers", () => Effect.sync(() => void log.push("began")))
        )
      )
    )
    marks.push(outer.mark)
    yield* start(outer.run)
    yield* quiet
    expect(log).toEqual([])
  })
)

it.live("five hundred producers, each inside the one before, pass items on and are stopped from the outermost", () =>
  Effect.gen(function* () {
    let ended = 0
    const level = (n: number): Effect.Effect<Channel.Receiver<number>, never, Scope.Scope> =>
      Channel.produce("level", (tx: Channel.Sender<number>) => {
        const passOn =
          n === 0
            ? Effect.andThen(tx.send(7), Effect.never)
            : Effect.flatMap(level(n - 1), (below) => below.forEach((item) => tx.send(item)))
        return Effect.ensuring(
          passOn,
          Effect.sync(() => void ended++)
        )
      })
    yield* Effect.scoped(
      Effect.gen(function* () {
        const top = yield* level(499)
        expect(yield* top.receive).toBe(7)
      })
    )
    expect(ended).toBe(500)
  })
)

it.effect("what is no capacity is a defect, and what the body throws is one of the producer", () =>
  told(function* (reports) {
    const bad = yield* Effect.exit(Channel.produce("numbers", () => Effect.void, { capacity: -1 }))
    expect(String(Cause.squash(causeOf(bad)))).toContain('the capacity of channel "numbers" is -1')
    const numbers = yield* Channel.produce("numbers", (): Effect.Effect<void> => {
      throw new Error("thrown")
    })
    const exit = endOf(yield* start(numbers.receive))
    expect(exit !== "waits" && String(Cause.squash(causeOf(exit)))).toContain("thrown")
    expect(reports).toHaveLength(1)
  })
)
