/** What TypeScript infers of the kinds of channels; checked by `tsc`, never run. */
import { Effect, type Scope } from "effect"
import { expectTypeOf } from "vitest"
import * as Channel from "../src/index.ts"

declare const news: Channel.Broadcast<string>

// Only "fail" puts Lagged in the errors of a reader, and nobody writes a type argument.
const waiting = news.subscribe({ capacity: 8, onLag: "wait" })
expectTypeOf<typeof waiting>().toEqualTypeOf<Effect.Effect<Channel.Receiver<string>, never, Scope.Scope>>()
const skipping = news.subscribe({ capacity: 8, onLag: "skip" })
expectTypeOf<typeof skipping>().toEqualTypeOf<Effect.Effect<Channel.Receiver<string>, never, Scope.Scope>>()
const failing = news.subscribe({ capacity: 8, onLag: "fail" })
expectTypeOf<Effect.Success<typeof failing>>().toEqualTypeOf<Channel.Receiver<string, Channel.Lagged>>()
declare const onLag: "wait" | "fail"
const either = news.subscribe({ capacity: 8, onLag })
expectTypeOf<Effect.Success<typeof either>>().toExtend<Channel.Receiver<string, Channel.Lagged>>()
const published = news.send("rain")
expectTypeOf<typeof published>().toEqualTypeOf<Effect.Effect<void, Channel.ChannelClosed>>()
const broadcast = Channel.broadcast<string>({ name: "news", replay: 3 })
expectTypeOf<typeof broadcast>().toEqualTypeOf<Effect.Effect<Channel.Broadcast<string>>>()
// @ts-expect-error each reader says how it may lag
const unsaid = news.subscribe({ capacity: 8 })
// @ts-expect-error and there are three ways
const unknown = news.subscribe({ capacity: 8, onLag: "drop" })
// @ts-expect-error a broadcast of strings takes no numbers
const wrong = news.send(1)

// The value of a watch is that of its first.
const level = Channel.watch(0)
expectTypeOf<typeof level>().toEqualTypeOf<Effect.Effect<Channel.Watch<number>>>()
const levels = Effect.flatMap(level, (watch) => watch.subscribe)
expectTypeOf<typeof levels>().toEqualTypeOf<Effect.Effect<Channel.Receiver<number>, never, Scope.Scope>>()

const answer = Channel.oneshot<number, RangeError>({ onUndelivered: (item) => Effect.log(item + 1) })
expectTypeOf<typeof answer>().toEqualTypeOf<Effect.Effect<Channel.Channel<number, RangeError>>>()

const ticks = Channel.ticker("1 second")
expectTypeOf<typeof ticks>().toEqualTypeOf<Effect.Effect<Channel.Receiver<number>, never, Scope.Scope>>()

// What the body fails with is the channel's error, but for the end of its own channel; what it needs is needed.
const numbers = Channel.produce("numbers", function* (tx: Channel.Sender<number>) {
  yield* tx.send(1)
  yield* Effect.addFinalizer(() => Effect.void)
  return yield* Effect.fail("no disk" as const)
})
expectTypeOf<typeof numbers>().toEqualTypeOf<Effect.Effect<Channel.Receiver<number, "no disk">, never, Scope.Scope>>()
const clean = Channel.produce("clean", (tx: Channel.Sender<number>) => tx.send(1), { capacity: "unbounded" })
expectTypeOf<typeof clean>().toEqualTypeOf<Effect.Effect<Channel.Receiver<number>, never, Scope.Scope>>()
// So is what it fails the channel with itself.
const failed = Channel.produce("failed", (tx: Channel.Sender<number, "broken">) => tx.fail("broken"))
expectTypeOf<Effect.Success<typeof failed>>().toEqualTypeOf<Channel.Receiver<number, "broken">>()
// Without a word about the items they are unknown, and the errors are still right.
const items = Channel.produce("items", function* (tx) {
  yield* tx.send("anything")
  return yield* Effect.fail("no disk" as const)
})
expectTypeOf<Effect.Success<typeof items>>().toEqualTypeOf<Channel.Receiver<unknown, "no disk">>()
void [unsaid, unknown, wrong]
