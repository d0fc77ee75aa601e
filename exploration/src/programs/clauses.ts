import { Effect, Exit, Fiber, Option } from "effect"
import { CancelScope, Channel, Sync, TaskGroup, Timeout } from "ferrule"
import { Flow } from "../Flow.ts"
import { type Program, program } from "../Program.ts"
import { cancelling, together, victim, ways } from "../together.ts"

export const clausePrograms: ReadonlyArray<Program> = [
  program("with priority the first as written wins", ["S-82"], function* (see) {
    const flow = yield* Flow.make(see, { capacity: 2 })
    yield* together(flow.send(1), flow.send(2))
    const first = Channel.select(
      { first: Channel.receiving(flow.receiver), second: Channel.receiving(flow.receiver) },
      { order: "priority" }
    )
    const chosen = yield* Effect.all([first, first], { concurrency: 2 })
    see.equal(
      chosen.map(({ _tag }) => _tag),
      ["first", "first"],
      "the first"
    )
  }),

  program("otherwise commits only when no other clause can", ["S-83"], function* (see) {
    const flow = yield* Flow.make(see, { capacity: 1 })
    const look = Channel.select({ item: Channel.receiving(flow.receiver), none: Channel.otherwise })
    const count = { item: 0, none: 0 }
    const counted = Effect.map(look, ({ _tag, value }) => {
      count[_tag]++
      if (value !== undefined) flow.received.push(value)
    })
    yield* together(counted, counted, flow.send(1))
    see.that(count.item <= 1 && count.item + count.none === 2, "each looks once")
    yield* flow.sender.close
    yield* counted
    see.equal(count.item, 1, "who looks when the item is there has it")
    yield* flow.over
  }),

  program("ended commits behind what is buffered, receiving never once it has ended", ["S-84"], function* (see) {
    const flow = yield* Flow.make(see, { capacity: 1 })
    const choose = Channel.select({ item: Channel.receiving(flow.receiver), end: Channel.ended(flow.receiver) })
    const seen: Array<string> = []
    const both = Effect.forEach([1, 2], () =>
      Effect.map(choose, (chosen) => {
        seen.push(chosen._tag)
        if (chosen._tag === "item") flow.received.push(chosen.value)
      })
    )
    yield* together(Effect.andThen(flow.send(1), flow.sender.close), both)
    see.equal(seen, ["item", "end"], "the item, then the end")
    yield* flow.over
  }),

  program("a sending clause on a channel that is closed fails", ["S-85", "S-81"], function* (see) {
    const flow = yield* Flow.make(see, { capacity: 0 })
    const choose = Effect.exit(Channel.select({ out: Channel.sending(flow.sender, 1) }))
    const [exit] = yield* Effect.all([choose, flow.sender.close, flow.forEach], { concurrency: 3 })
    see.equal(flow.received.length, Exit.isSuccess(exit) ? 1 : 0, "it gave the item, or failed")
    yield* flow.over
  }),

  program("after and at commit when they are due, and not before", ["S-86", "S-81"], function* (see) {
    const flow = yield* Flow.make(see, { capacity: 0 })
    const began = yield* CancelScope.now
    const late = yield* CancelScope.after(20)
    const choose = Channel.select({
      in: Channel.receiving(flow.receiver),
      after: Timeout.after(10),
      at: Timeout.at(late)
    })
    const [{ _tag, value }] = yield* Effect.all(
      [choose, Effect.delay(Effect.andThen(flow.send(1), flow.sender.close), 10), Effect.delay(flow.forEach, 30)],
      {
        concurrency: 3
      }
    )
    const took = (yield* CancelScope.now) - began
    see.oneOf(_tag, ["in", "after"], "whichever of the two of one instant was first")
    if (value !== undefined) flow.received.push(value)
    see.that(took >= 10, "not before")
    see.equal(flow.received, [1], "the item was received, by the select or later")
    yield* flow.over
  }),

  program("what has passed can commit at once", ["S-86"], function* (see) {
    const now = yield* CancelScope.now
    const never = yield* Channel.make<number>()
    const choose = Channel.select({ in: Channel.receiving(never.receiver), at: Timeout.at(now - 1) })
    const chosen = yield* Effect.all([choose, choose], { concurrency: 2 })
    see.equal(
      chosen.map(({ _tag }) => _tag),
      ["at", "at"],
      "both"
    )
    see.equal(yield* CancelScope.now, now, "no time passed")
  }),

  program("when the last channel ends during the wait the select is a defect", ["S-87", "S-84"], function* (see) {
    const [a, b] = [yield* Flow.make(see, { capacity: 0 }), yield* Flow.make(see, { capacity: 0 })]
    const choose = Effect.exit(Channel.select({ a: Channel.receiving(a.receiver), b: Channel.receiving(b.receiver) }))
    const [exit] = yield* Effect.all([choose, a.sender.close, b.sender.close], { concurrency: 3 })
    see.that(Exit.hasDies(exit), "a defect that says what to add")
  }),

  program("a clause that is off is not chosen, and not made", ["S-122"], function* (see) {
    const flow = yield* Flow.make(see, { capacity: 1 })
    let made = 0
    const choose = Channel.select({
      off: Channel.when(false, () => {
        made++
        return Channel.receiving(flow.receiver)
      }),
      none: Channel.sendingOption(flow.sender, Option.none()),
      after: Timeout.after(5)
    })
    const [chosen] = yield* Effect.all([choose, flow.send(1)], { concurrency: 2 })
    see.equal([chosen._tag, made], ["after", 0], "the one that is on")
    yield* flow.sender.close
    yield* flow.forEach
    yield* flow.over
  }),

  ...ways.map((way) =>
    program(
      `a task that ends and a scope that is cancelled are clauses that leave nothing, by ${way}`,
      ["S-100", "S-81"],
      function* (see) {
        yield* TaskGroup.run("g", function* (group) {
          const scope = yield* CancelScope.make("s")
          const inside = CancelScope.enter(scope)(Effect.never)
          const running = yield* group.spawn(inside)
          const task = yield* group.spawn(Effect.succeed(1))
          const choose = Effect.map(
            Channel.select({ ended: task.ended, cancelled: scope.whenCancelled }),
            ({ _tag, value }) => {
              if (_tag === "ended") see.equal(value, Exit.succeed(1), "the exit")
              else see.equal(value.reason, { _tag: "Requested", message: "x" }, "the trace")
            }
          )
          yield* together(cancelling(way, choose), scope.cancel("x"))
          yield* running.await
        })
      }
    )
  ),

  ...ways.map((way) =>
    program(
      `a select over a permit, an item and a timer takes one of them, by ${way}`,
      ["S-81", "S-88", "S-156"],
      function* (see) {
        const semaphore = yield* Sync.semaphore(1)
        const flow = yield* Flow.make(see, { capacity: 1 })
        const choose = Effect.uninterruptibleMask((restore) =>
          Effect.flatMap(
            restore(
              Channel.select({
                permit: Sync.acquiring(semaphore),
                in: Channel.receiving(flow.receiver),
                after: Timeout.after(1)
              })
            ),
            (chosen) => {
              if (chosen._tag === "permit") return chosen.value.release
              if (chosen._tag === "in") flow.received.push(chosen.value)
              return Effect.void
            }
          )
        )
        const busy = semaphore.withPermits(1)(Effect.sleep(1))
        yield* together(busy, cancelling(way, choose), Effect.delay(flow.send(1), 1))
        see.equal(yield* semaphore.statistics, { permits: 1, taken: 0, waiting: 0 }, "the permit is free")
        yield* flow.sender.close
        yield* flow.forEach
        see.equal(flow.received, [1], "the item came")
        yield* flow.over
      }
    )
  ),

  ...ways.map((way) =>
    program(`a selectLoop loses no item in a cancel, by ${way}`, ["S-124", "S-88", "S-123"], function* (see) {
      const [a, b] = [yield* Flow.make(see, { capacity: 1 }), yield* Flow.make(see, { capacity: 0 })]
      const got = (flow: Flow) => (item: number) => {
        flow.received.push(item)
        return Effect.void
      }
      const loop = Channel.selectLoop(
        { a: Channel.receiving(a.receiver), b: Channel.receiving(b.receiver) },
        { a: got(a), b: got(b) }
      )
      yield* together(
        cancelling(way, loop),
        Effect.andThen(a.send(1), a.sender.close),
        Effect.andThen(b.send(2), b.sender.close),
        Effect.delay(Effect.andThen(a.forEach, b.forEach), 1)
      )
      see.equal([a.received, b.received], [[1], [2]], "every item was handled, by the loop or later")
      yield* a.over
      yield* b.over
    })
  ),

  program(
    "a selectLoop ends when all that it receives from has ended, each end handled once",
    ["S-123", "S-84"],
    function* (see) {
      const [a, b] = [yield* Flow.make(see, { capacity: 0 }), yield* Flow.make(see, { capacity: 1 })]
      const loop = Channel.selectLoop(
        {
          a: Channel.receiving(a.receiver),
          b: Channel.receiving(b.receiver),
          endOfA: Channel.ended(a.receiver)
        },
        {
          a: (item) => Effect.sync(() => void a.received.push(item)),
          b: (item) => Effect.sync(() => void b.received.push(item)),
          endOfA: () => see.note("end of a")
        }
      )
      yield* together(loop, Effect.andThen(a.send(1), a.sender.close), Effect.andThen(b.send(2), b.sender.close))
      see.equal([a.received, b.received, see.log], [[1], [2], ["end of a"]], "every item, and the end, once")
      yield* a.over
      yield* b.over
    }
  ),

  program("a selectLoop that a handler stops takes no more", ["S-123"], function* (see) {
    const flow = yield* Flow.make(see, { capacity: 1 })
    const loop = Channel.selectLoop(
      { item: Channel.receiving(flow.receiver) },
      {
        item: (item) =>
          Effect.sync(() => {
            flow.received.push(item)
            return "stop" as const
          })
      }
    )
    yield* together(loop, Effect.andThen(Effect.andThen(flow.send(1), flow.send(2)), flow.sender.close))
    see.equal(flow.received, [1], "one")
    yield* flow.forEach
    yield* flow.over
  }),

  program("who stands in two lines leaves the other one at once", ["S-81", "S-67"], function* (see) {
    const [a, b] = [yield* Flow.make(see, { capacity: 0 }), yield* Flow.make(see, { capacity: 0 })]
    const chooser = yield* victim(
      "interrupt",
      Effect.map(
        Channel.select({ a: Channel.receiving(a.receiver), b: Channel.receiving(b.receiver) }),
        ({ _tag, value }) => void (_tag === "a" ? a : b).received.push(value)
      )
    )
    const fiber = yield* Effect.forkChild(chooser.run)
    yield* together(
      a.send(1),
      Effect.delay(a.receive, 1),
      b.send(2),
      Effect.delay(b.receive, 1),
      Effect.delay(a.sender.close, 2),
      Effect.delay(b.sender.close, 2)
    )
    yield* Fiber.join(fiber)
    see.equal([a.received, b.received], [[1], [2]], "each item once: by the select, or by the receive")
    yield* a.over
    yield* b.over
  })
]
