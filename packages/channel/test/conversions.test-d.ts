/** What TypeScript infers of conversions, and refuses; checked by `tsc`, never run. */
import { type Cause, Context, Effect, type Queue, type Scope, type Stream } from "effect"
import { expectTypeOf } from "vitest"
import * as Channel from "../src/index.ts"

class Disk extends Context.Service<Disk, string>()("Disk") {}
const onError = (error: unknown) => new RangeError(String(error))
const dropping = { capacity: 8, overflow: "dropOldest" } as const

type Converted<A, E = never, R = never> = Effect.Effect<Channel.Receiver<A, E>, never, R | Scope.Scope>

// Errors and services of a stream; the end of a queue is no error.
declare const stream: Stream.Stream<number, "no disk", Disk>
const fromStream = Channel.fromStream(stream, { capacity: "unbounded", onUndelivered: (n) => Effect.log(n + 1) })
expectTypeOf<typeof fromStream>().toEqualTypeOf<Converted<number, "no disk", Disk>>()
declare const queue: Queue.Queue<string, "no disk" | Cause.Done>
const fromQueue = Channel.fromQueue(queue)
expectTypeOf<typeof fromQueue>().toEqualTypeOf<Converted<string, "no disk">>()
declare const reading: Queue.Dequeue<string>
// @ts-expect-error who has the reading end only cannot close the queue
const fromDequeue = Channel.fromQueue(reading)
// @ts-expect-error nothing is taken that would be dropped
const dropped = Channel.fromStream(stream, { capacity: 1, overflow: "dropOldest" })

// The error is what onError makes, and it is not left out.
declare const lines: AsyncIterable<string>
const fromIterable = Channel.fromAsyncIterable(lines, { onError })
expectTypeOf<typeof fromIterable>().toEqualTypeOf<Converted<string, RangeError>>()
declare const web: ReadableStream<boolean>
const fromWeb = Channel.fromReadableStream(web, { onError })
expectTypeOf<typeof fromWeb>().toEqualTypeOf<Converted<boolean, RangeError>>()
// @ts-expect-error what it throws is unknown
const unknownErrors = Channel.fromReadableStream(web, {})

// Events: what the target says they are.
declare const socket: WebSocket
const messages = Channel.fromEvents(socket, "message", {
  ...dropping,
  endOn: "close",
  failOn: { error: () => "lost" as const },
  onUndelivered: (message) => Effect.log(message.data)
})
expectTypeOf<typeof messages>().toEqualTypeOf<Converted<MessageEvent, "lost">>()
const plain = Channel.fromEvents(new EventTarget(), "tick", dropping)
expectTypeOf<typeof plain>().toEqualTypeOf<Converted<Event>>()
// @ts-expect-error what becomes of events nobody has received has to be said
const unlimited = Channel.fromEvents(socket, "message", { capacity: 8 })
// @ts-expect-error an event target does not wait
const waiting = Channel.fromEvents(socket, "message", { capacity: 8, overflow: "wait" })

// The way back.
declare const receiver: Channel.Receiver<number, "no disk">
const back = Channel.toReadableStream(receiver)
expectTypeOf<typeof back>().toEqualTypeOf<Effect.Effect<ReadableStream<number>>>()
void [fromDequeue, dropped, unknownErrors, unlimited, waiting]
