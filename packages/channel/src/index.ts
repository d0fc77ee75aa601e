/**
 * Channels: rendezvous, buffered and unbounded, and a select over them that never loses an item.
 *
 * @module
 */
export { type Broadcast, broadcast, type BroadcastOptions, type OnLag, type Subscribing } from "./Broadcast.ts"
export { type Channel, make, type MakeOptions } from "./Channel.ts"
export { ChannelClosed } from "./ChannelClosed.ts"
export { ended, otherwise, receiving, sending, sendingOption } from "./clauses.ts"
export { type EventOf, type EventsOptions, fromEvents } from "./fromEvents.ts"
export { fromAsyncIterable } from "./fromAsyncIterable.ts"
export type { ForeignOptions, FromOptions } from "./FromOptions.ts"
export { fromQueue } from "./fromQueue.ts"
export { fromReadableStream } from "./fromReadableStream.ts"
export { fromStream } from "./fromStream.ts"
export { Lagged } from "./Lagged.ts"
export { oneshot, type OneshotOptions } from "./oneshot.ts"
export type { Permit } from "./Permit.ts"
export { produce } from "./produce.ts"
export { type Receiver, type Statistics, type TryReceive } from "./Receiver.ts"
export { type Clauses, select, type Selected, type SelectE } from "./select.ts"
export { type Sender, type TrySend } from "./Sender.ts"
export { type Handlers, selectLoop } from "./selectLoop.ts"
export { stopWhenClosed } from "./stopWhenClosed.ts"
export { toReadableStream } from "./toReadableStream.ts"
export { ticker } from "./ticker.ts"
export { type Watch, watch } from "./Watch.ts"
export { when } from "./when.ts"
