import { Effect } from "effect"
import { Limit, Sync, TaskGroup } from "ferrule"
import { type Scenario, scenario } from "../harness/Scenario.ts"
import type { Trial } from "../harness/Trial.ts"
import { range } from "./channelWords.ts"

/** So many borrowers, each of which holds on until its event is set; `order` says who was let in. */
const borrowers = (t: Trial, limit: Limit.Limit, count: number) =>
  Effect.gen(function* () {
    const order: Array<number> = []
    const leave = yield* Effect.forEach(range(count), () => Sync.event)
    const borrow = (who: number) =>
      Effect.andThen(
        Effect.sync(() => void order.push(who)),
        leave[who]!.wait
      ).pipe(limit)
    const fibers: Array<Effect.Success<ReturnType<typeof t.start>>> = []
    for (const who of range(count)) {
      fibers.push(yield* t.start(borrow(who)))
      yield* t.untilQuiet
    }
    return { order, leave, fibers }
  })

const figures = (limit: Limit.Limit) => Effect.all({ borrowed: limit.borrowed, waiting: limit.waiting })

export const limits: ReadonlyArray<Scenario> = [
  scenario("SY-08", "a limit that is moved lets more in, and takes nothing from those who are in", function* (t) {
    const limit = yield* Limit.concurrent(2)
    const { order, leave, fibers } = yield* borrowers(t, limit, 5)
    t.equal(yield* figures(limit), { borrowed: 2, waiting: 3 })
    yield* limit.resize(4)
    yield* t.untilQuiet
    t.equal(yield* figures(limit), { borrowed: 4, waiting: 1 })
    yield* limit.resize(1)
    t.equal(yield* figures(limit), { borrowed: 4, waiting: 1 })
    for (const who of range(3)) yield* leave[who]!.set
    yield* t.untilQuiet
    t.equal(yield* figures(limit), { borrowed: 1, waiting: 1 })
    yield* leave[3]!.set
    yield* t.untilQuiet
    t.equal(yield* figures(limit), { borrowed: 1, waiting: 0 })
    t.equal(order, range(5))
    yield* leave[4]!.set
    for (const fiber of fibers) yield* t.endOf(fiber)
  }),

  scenario("SY-09", "a limit of 0 lets nobody in, and raised to 5 it lets five in, in order", function* (t) {
    const limit = yield* Limit.concurrent(2)
    yield* limit.resize(0)
    const { order, leave, fibers } = yield* borrowers(t, limit, 7)
    t.equal(yield* figures(limit), { borrowed: 0, waiting: 7 })
    yield* limit.resize(5)
    yield* t.untilQuiet
    t.equal(order, range(5))
    t.equal(yield* figures(limit), { borrowed: 5, waiting: 2 })
    for (const event of leave) yield* event.set
    for (const fiber of fibers) yield* t.endOf(fiber)
    t.equal(order, range(7))

    const shut = yield* Limit.concurrent(0)
    yield* TaskGroup.run("shut", function* (group) {
      yield* group.spawn(shut(t.log("in")))
      yield* t.at(100)
      t.logged()
      yield* shut.resize(1)
    })
    t.logged("in")
  })
]
