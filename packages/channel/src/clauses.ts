import type { Clause } from "@ferrule/runtime"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { ChannelClosed } from "./ChannelClosed.ts"
import type { Receiver } from "./Receiver.ts"
import type { Sender } from "./Sender.ts"
import { when } from "./when.ts"

/**
 * Commits by receiving an item. Never ready once the channel has ended: add `ended` to be told.
 *
 * Cancel safety: nothing is lost. An item that a select was given and does not have yet goes to the next, or back.
 *
 * @example Whichever has an item
 * ```ts
 * import { Effect } from "effect"
 * import { Channel } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const jobs = yield* Channel.make<string>("jobs")
 *   const ticks = yield* Channel.make<number>({ name: "ticks", capacity: 1 })
 *   yield* ticks.sender.send(7)
 *   return yield* Channel.select({ job: Channel.receiving(jobs.receiver), tick: Channel.receiving(ticks.receiver) })
 * })
 * console.log(await Effect.runPromise(program)) // => { _tag: 'tick', value: 7 }
 * ```
 *
 * @see ended
 * @category clauses
 * @since 0.1.0
 */
export const receiving = <A, E>(receiver: Receiver<A, E>): Clause<A, E> =>
  receiver["~ferrule/channel/Receiver"].receiving

/**
 * Commits when the channel has ended: closed, and every item received. Fails if the channel was failed.
 *
 * @example Items until the end
 * ```ts
 * import { Effect } from "effect"
 * import { Channel } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const { sender, receiver } = yield* Channel.make<number>({ name: "numbers", capacity: 1 })
 *   yield* sender.send(1)
 *   yield* sender.close
 *   const clauses = { item: Channel.receiving(receiver), end: Channel.ended(receiver) }
 *   return [yield* Channel.select(clauses), yield* Channel.select(clauses)].map(({ _tag }) => _tag)
 * })
 * console.log(await Effect.runPromise(program)) // => [ 'item', 'end' ]
 * ```
 *
 * @see receiving
 * @category clauses
 * @since 0.1.0
 */
export const ended = <A, E>(receiver: Receiver<A, E>): Clause<void, E> => receiver["~ferrule/channel/Receiver"].ended

/**
 * Commits by sending `item`: when there is room, or a receiver waits. Fails with `ChannelClosed` if it is closed.
 *
 * Cancel safety: nothing is lost. A select that does not commit to it has not given the item, and no hook is told.
 *
 * @example To whoever takes it first
 * ```ts
 * import { Effect } from "effect"
 * import { Channel } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const full = yield* Channel.make<string>("full")
 *   const free = yield* Channel.make<string>({ name: "free", capacity: 1 })
 *   return yield* Channel.select({ a: Channel.sending(full.sender, "x"), b: Channel.sending(free.sender, "x") })
 * })
 * console.log((await Effect.runPromise(program))._tag) // => b
 * ```
 *
 * @see Sender
 * @category clauses
 * @since 0.1.0
 */
export const sending = <A, E>(sender: Sender<A, E>, item: A): Clause<void, ChannelClosed> =>
  sender["~ferrule/channel/Sender"].sending(item)

/**
 * As `sending`, of an item that may be missing: with none the clause is off. Made for the first of a buffer,
 * `sendingOption(sender, Array.head(buffer))`.
 *
 * Cancel safety: nothing is lost, as with `sending`.
 *
 * @example The first of what is to go out
 * ```ts
 * import { Array, Effect } from "effect"
 * import { Channel } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const { sender } = yield* Channel.make<string>({ name: "out", capacity: 4 })
 *   const buffer: Array<string> = ["one"]
 *   const events: Array<string> = []
 *   for (let i = 0; i < 2; i++) {
 *     const clauses = { out: Channel.sendingOption(sender, Array.head(buffer)), nothing: Channel.otherwise }
 *     const event = yield* Channel.select(clauses)
 *     if (event._tag === "out") buffer.shift()
 *     events.push(event._tag)
 *   }
 *   return events
 * })
 * console.log(await Effect.runPromise(program)) // => [ 'out', 'nothing' ]
 * ```
 *
 * @see when
 * @category clauses
 * @since 0.1.0
 */
export const sendingOption = <A, E>(sender: Sender<A, E>, item: Option.Option<A>): Clause<void, ChannelClosed> =>
  when(Option.isSome(item), () => sending(sender, Option.getOrThrow(item)))

/**
 * Commits at once if no other clause can: a select with it never waits.
 *
 * @example A look without waiting
 * ```ts
 * import { Effect } from "effect"
 * import { Channel } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const { receiver } = yield* Channel.make<string>("inbox")
 *   return yield* Channel.select({ mail: Channel.receiving(receiver), nothing: Channel.otherwise })
 * })
 * console.log((await Effect.runPromise(program))._tag) // => nothing
 * ```
 *
 * @see select
 * @category clauses
 * @since 0.1.0
 */
export const otherwise: Clause<void> = {
  poll: () => "otherwise",
  commit: () => Exit.void,
  // Never called: it does not answer "waiting".
  register: () => ({ withdraw: () => {} })
}
