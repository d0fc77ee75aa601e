/** Random histories of what programs do with two channels. */
import { Array, Deferred, Effect, Option } from "effect"
import fc from "fast-check"
import * as Channel from "../../src/index.ts"

/** What one program does, with the channel of one side. */
const actions = [
  "send",
  "trySend",
  "trySendUnsafe",
  "cloneAndSend",
  "commit",
  "holdAndCommit",
  "holdAndGiveBack",
  "selectSend",
  "selectSendOption",
  "receive",
  "tryReceive",
  "forEach",
  "cloneAndForEach",
  "select",
  "selectLoop"
] as const
export type Action = (typeof actions)[number]

/** What is done to the ends of a channel. */
interface Ending {
  readonly op: "close" | "split" | "fail" | "cancelReceiver"
  readonly on: 0 | 1
}

export type Command =
  | { readonly op: Action; readonly on: 0 | 1 }
  | Ending
  | { readonly op: "cancel"; readonly which: number }
  | { readonly op: "mark"; readonly which: number }
  | { readonly op: "run"; readonly steps: number }

export const isEnding = (command: Command): command is Ending =>
  command.op === "close" || command.op === "split" || command.op === "fail" || command.op === "cancelReceiver"

const on = fc.constantFrom(0 as const, 1 as const)
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 30, arbitrary: fc.record({ op: fc.constantFrom(...actions), on }) },
  { weight: 12, arbitrary: fc.record({ op: fc.constantFrom("cancel" as const, "mark" as const), which: fc.nat(30) }) },
  { weight: 14, arbitrary: fc.record({ op: fc.constant("run" as const), steps: fc.nat(12) }) },
  {
    weight: 3,
    arbitrary: fc.record({ op: fc.constantFrom("close" as const, "close", "split", "fail", "cancelReceiver"), on })
  }
)
const kind = fc.record({
  capacity: fc.constantFrom<number | "unbounded">(0, 0, 0, 1, 1, 2, 3, "unbounded"),
  overflow: fc.constantFrom("wait" as const, "wait", "wait", "dropNewest" as const, "dropOldest" as const)
})

export const history = fc.record({
  kinds: fc.tuple(kind, kind),
  commands: fc.array(command, { minLength: 5, maxLength: 40 }),
  seed: fc.integer()
})
export type History = typeof history extends fc.Arbitrary<infer H> ? H : never

/** A channel, and what the programs saw of it. */
export class Side {
  readonly waits: boolean
  readonly receiver: Channel.Receiver<number, string>
  senders: Array<Channel.Sender<number, string>>
  readonly received: Array<number> = []
  readonly undelivered: Array<number> = []
  /** Who holds a permit. */
  readonly holders = new Set<number>()
  /** What a program was told about the item that it gave. */
  readonly told = new Map<number, "given" | "kept">()
  /** Items that were received after a receiver was shown the end. */
  readonly late: Array<number> = []
  private endWasShown = false
  private receiverCancelled = false
  /** Until it opens, who holds a permit goes on holding it. */
  readonly gate = Effect.runSync(Deferred.make<void>())

  constructor({ capacity, overflow }: History["kinds"][0]) {
    this.waits = overflow === "wait"
    const onUndelivered = (item: number) => Effect.sync(() => void this.undelivered.push(item))
    const channel = Effect.runSync(Channel.make<number, string>({ capacity, overflow, onUndelivered }))
    this.receiver = channel.receiver
    this.senders = [channel.sender]
  }

  get statistics(): Channel.Statistics {
    return Effect.runSync(this.receiver.statistics)
  }

  /** The handle through which `item` is sent. */
  sender(item: number): Channel.Sender<number, string> {
    return this.senders[item % this.senders.length]!
  }

  readonly got = (item: number): void => {
    this.received.push(item)
    if (this.endWasShown) this.late.push(item)
  }

  /** A receiver is shown the end, or the failure: that of the channel, unless its handle was cancelled. */
  readonly sawEnd: Effect.Effect<void> = Effect.sync(() => {
    if (!this.receiverCancelled) this.endWasShown = true
  })

  get cancelReceiver(): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.receiverCancelled = true
      return this.receiver.cancel
    })
  }

  /** Whether somebody was shown the end although there was an item to come. */
  get endCameEarly(): boolean {
    return this.late.length > 0 || (this.endWasShown && this.statistics.buffered > 0)
  }

  tell(item: number, given: boolean): void {
    this.told.set(item, given ? "given" : "kept")
  }

  /** Reserves, holds the permit until the gate opens if asked to, and goes on with it. */
  holding(
    item: number,
    wait: boolean,
    goOn: (permit: Channel.Permit<number>) => Effect.Effect<void>
  ): Effect.Effect<void, Channel.ChannelClosed> {
    const held = Effect.flatMap(this.sender(item).reserve, (permit) => {
      this.holders.add(item)
      return Effect.andThen(wait ? Deferred.await(this.gate) : Effect.yieldNow, goOn(permit))
    })
    return Effect.ensuring(
      Effect.scoped(held),
      Effect.sync(() => this.holders.delete(item))
    )
  }
}

/** What a command runs; `mine` and `theirs` are the channels of its side and of the other. */
export const programOf = (op: Action, item: number, mine: Side, theirs: Side): Effect.Effect<unknown, unknown> => {
  const sender = mine.sender(item)
  const commit = (permit: Channel.Permit<number>) => Effect.map(permit.commit(item), () => mine.tell(item, true))
  const receiving = { mine: Channel.receiving(mine.receiver), theirs: Channel.receiving(theirs.receiver) }
  switch (op) {
    case "send":
      return sender.send(item)
    case "trySend":
      return Effect.map(sender.trySend(item), (answer) => mine.tell(item, answer === "sent"))
    case "trySendUnsafe":
      return Effect.sync(() => mine.tell(item, sender.trySendUnsafe(item) === "sent"))
    case "cloneAndSend":
      return Effect.scoped(Effect.flatMap(sender.clone, (clone) => clone.send(item)))
    case "commit":
    case "holdAndCommit":
      return mine.holding(item, op === "holdAndCommit", commit)
    case "holdAndGiveBack":
      return mine.holding(item, true, () => Effect.void)
    case "selectSend":
    case "selectSendOption":
      return Effect.map(
        Channel.select({
          out:
            op === "selectSend"
              ? Channel.sending(sender, item)
              : Channel.sendingOption(sender, item % 2 === 0 ? Option.some(item) : Array.head<number>([])),
          in: receiving.theirs,
          end: Channel.ended(theirs.receiver)
        }),
        ({ _tag, value }) => {
          mine.tell(item, _tag === "out")
          if (_tag === "in") theirs.got(value)
        }
      )
    case "receive":
      return Effect.tapError(Effect.map(mine.receiver.receive, mine.got), () => mine.sawEnd)
    case "tryReceive":
      return Effect.map(mine.receiver.tryReceive, (answer) => {
        if (answer._tag === "Item") mine.got(answer.value)
      })
    case "forEach":
      return receiveAll(mine.receiver, mine)
    case "cloneAndForEach":
      return Effect.scoped(Effect.flatMap(mine.receiver.clone, (clone) => receiveAll(clone, mine)))
    case "select":
      return Effect.map(Channel.select({ ...receiving, end: Channel.ended(mine.receiver) }), ({ _tag, value }) => {
        if (_tag === "mine") mine.got(value)
        if (_tag === "theirs") theirs.got(value)
      })
    case "selectLoop":
      return Channel.selectLoop(receiving, {
        mine: (value) => {
          mine.got(value)
          return Effect.yieldNow
        },
        theirs: (value) => {
          theirs.got(value)
          return Effect.void
        }
      })
  }
}

const receiveAll = (receiver: Channel.Receiver<number, string>, side: Side): Effect.Effect<void, string> => {
  const all = receiver.forEach(function* (value) {
    side.got(value)
    yield* Effect.yieldNow
  })
  return Effect.tapError(Effect.tap(all, side.sawEnd), () => side.sawEnd)
}

/** What a command does to the ends of a channel. */
export const endingOf = (op: Ending["op"], item: number, side: Side): Effect.Effect<void> => {
  const sender = side.sender(item)
  switch (op) {
    case "close":
      return sender.close
    case "fail":
      return sender.fail("failed")
    case "cancelReceiver":
      return side.cancelReceiver
    case "split":
      return Effect.map(sender.split(3), (parts) => {
        side.senders = [...side.senders.filter((other) => other !== sender), ...parts]
      })
  }
}
