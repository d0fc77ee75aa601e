import { Effect } from "effect"
import { Channel } from "ferrule"
import { type Scenario, scenario } from "../harness/Scenario.ts"
import type { Trial } from "../harness/Trial.ts"
import { taken } from "./channelWords.ts"

/** Sends 1 to 4 into two places, receives, sends 5 and 6; gives what came out, and what was left behind. */
const overflowing = (t: Trial, overflow: "dropNewest" | "dropOldest") =>
  Effect.gen(function* () {
    const onUndelivered = (item: number) => t.log(item)
    const { receiver, sender } = yield* t.channel<number>({ capacity: 2, overflow, onUndelivered })
    for (const item of [1, 2, 3]) t.equal((yield* t.ended(sender.send(item))).exit._tag, "Success")
    t.equal(yield* sender.trySend(4), "sent")
    const items = [yield* receiver.receive]
    for (const item of [5, 6]) t.equal((yield* t.ended(sender.send(item))).exit._tag, "Success")
    items.push(yield* receiver.receive, yield* receiver.receive)
    t.equal(taken(yield* receiver.tryReceive), "Empty")
    t.isAt(0)
    return items
  })

export const channelOverflow: ReadonlyArray<Scenario> = [
  scenario("CH-14", "each item that nobody gets is reported once, and none that was delivered", function* (t) {
    const onUndelivered = (item: string) => t.log(item)
    const waits = yield* t.channel<string>({ capacity: 1, onUndelivered })
    yield* waits.sender.send("delivered")
    const cancelled = yield* t.start(waits.sender.send("of a cancelled send"))
    yield* t.untilQuiet
    cancelled.interruptUnsafe()
    yield* t.endOf(cancelled)
    t.equal(yield* waits.receiver.receive, "delivered")
    yield* waits.sender.send("left in the buffer")
    const waiting = yield* t.start(waits.sender.send("of a send in line"))
    yield* t.untilQuiet
    yield* waits.receiver.cancel
    t.failsWith(yield* t.endOf(waiting), Channel.ChannelClosed)
    t.failsWith(yield* t.ended(waits.sender.send("sent too late")), Channel.ChannelClosed)
    yield* waits.receiver.cancel
    const drops = yield* t.channel<string>({ capacity: 1, overflow: "dropOldest", onUndelivered })
    yield* drops.sender.send("dropped for the next")
    yield* drops.sender.send("delivered")
    t.equal(yield* drops.receiver.receive, "delivered")
    yield* drops.receiver.cancel
    t.logged("of a cancelled send", "left in the buffer", "of a send in line", "sent too late", "dropped for the next")
  }),

  scenario("CH-26", "a channel that drops the newest keeps what is buffered, and every send is sent", function* (t) {
    t.equal(yield* overflowing(t, "dropNewest"), [1, 2, 5])
    t.logged(3, 4, 6)
  }),

  scenario("CH-27", "a channel that drops the oldest makes room for what is sent", function* (t) {
    t.equal(yield* overflowing(t, "dropOldest"), [3, 5, 6])
    t.logged(1, 2, 4)
  })
]
