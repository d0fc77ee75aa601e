/** Random programs over one channel: what was given is received or undelivered, once, and nobody waits in vain. */
import { Effect, Random } from "effect"
import { Channel, Timeout } from "ferrule"
import fc from "fast-check"
import { Flow } from "../Flow.ts"
import { program } from "../Program.ts"
import { randomPrograms, tasksOf } from "./randomPrograms.ts"
import { runTasks } from "./runTasks.ts"

const steps = [
  "send",
  "send",
  "trySend",
  "receive",
  "receive",
  "tryReceive",
  "receiveInTime",
  "sendInTime",
  "commit",
  "giveBack",
  "select",
  "selectInTime",
  "cloneAndSend",
  "cloneAndReceive",
  "close",
  "sleep"
] as const
type Step = (typeof steps)[number]

const samples = fc.record({
  capacity: fc.constantFrom(0, 0, 1, 1, 2),
  overflow: fc.constantFrom(
    "wait" as const,
    "wait" as const,
    "wait" as const,
    "dropNewest" as const,
    "dropOldest" as const
  ),
  draw: fc.constantFrom(0, 0.5, 0.99),
  tasks: tasksOf<Step>(fc.constantFrom(...steps))
})

class Side {
  readonly flow: Flow
  /** Who may have a permit, or stand in both lines. */
  #special = 0

  constructor(flow: Flow) {
    this.flow = flow
  }

  get isPlain(): boolean {
    return this.#special === 0
  }

  readonly #counting = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        this.#special++
        return Effect.ensuring(
          restore(self),
          Effect.sync(() => void this.#special--)
        )
      })
    )

  #reserving(item: number, commits: boolean): Effect.Effect<unknown, unknown> {
    const { flow } = this
    return Effect.scoped(
      Effect.flatMap(flow.sender.reserve, (permit) =>
        Effect.andThen(Effect.yieldNow, commits ? permit.commit(item) : Effect.void)
      )
    ).pipe(this.#counting)
  }

  #select(item: number, inTime: boolean): Effect.Effect<unknown, unknown> {
    const { flow } = this
    return Effect.map(
      Channel.select({
        in: Channel.receiving(flow.receiver),
        out: Channel.sending(flow.sender, item),
        end: Channel.ended(flow.receiver),
        late: Channel.when(inTime, () => Timeout.after(1))
      }),
      ({ _tag, value }) => {
        if (_tag === "in") flow.received.push(value)
        if (_tag === "out") flow.sent.push(item)
      }
    ).pipe(this.#counting)
  }

  run(step: Step, item: number): Effect.Effect<unknown, unknown> {
    const { flow } = this
    switch (step) {
      case "send":
        return flow.send(item)
      case "trySend":
        return flow.trySend(item)
      case "receive":
        return flow.receive
      case "tryReceive":
        return flow.tryReceive
      case "receiveInTime":
        return Timeout.moveOnAfter(flow.receive, item % 2)
      case "sendInTime":
        return Timeout.moveOnAfter(flow.send(item), item % 2)
      case "commit":
        return this.#reserving(item, true)
      case "giveBack":
        return this.#reserving(item, false)
      case "select":
      case "selectInTime":
        return this.#select(item, step === "selectInTime")
      case "cloneAndSend":
        return Effect.scoped(Effect.flatMap(flow.sender.clone, (clone) => flow.sendOn(clone, item)))
      case "cloneAndReceive":
        return Effect.scoped(
          Effect.flatMap(flow.receiver.clone, (clone) =>
            Effect.map(clone.receive, (got) => void flow.received.push(got))
          )
        )
      case "close":
        return flow.sender.close
      case "sleep":
        return Effect.sleep(1)
    }
  }
}

export const randomChannels = randomPrograms(samples, ({ capacity, draw, overflow, tasks }) =>
  program(
    `conservation over ${JSON.stringify({ capacity, overflow, draw, ...tasks })}`,
    ["S-65", "S-66", "S-70", "S-71", "S-72", "S-81", "S-88", "S-110", "S-115"],
    function* (see) {
      const flow = yield* Flow.make(see, { capacity, overflow })
      const side = new Side(flow)
      const atRest = Effect.map(flow.receiver.statistics, (now) => {
        const both = now.waitingReceivers > 0 && now.waitingSenders > 0
        see.that(!side.isPlain || !both, "no sender waits beside a receiver")
        see.that(now.waitingReceivers === 0 || now.buffered === 0, "no receiver waits beside an item")
        const hasRoom = now.buffered < now.capacity
        see.that(!side.isPlain || now.waitingSenders === 0 || !hasRoom, "no sender waits beside a place")
      })
      const release = Effect.andThen(flow.sender.close, flow.receiver.cancel)
      yield* runTasks(tasks, (step, item) => side.run(step, item), atRest, release).pipe(
        Effect.provideService(Random.Random, { nextDoubleUnsafe: () => draw, nextIntUnsafe: () => 0 })
      )
      yield* flow.over
    }
  )
)
