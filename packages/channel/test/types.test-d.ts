/** What TypeScript infers and refuses; checked by `tsc`, never run. */
import type { Clause } from "@ferrule/runtime"
import { Array, type Cause, Effect, type Option, type Scope } from "effect"
import { expectTypeOf } from "vitest"
import * as Channel from "../src/index.ts"

declare const jobs: Channel.Receiver<string, RangeError>
declare const quit: Channel.Receiver<number>
declare const out: Channel.Sender<boolean>

// make: the one place for a type argument.
const made = Channel.make<number>({ capacity: 3, onUndelivered: (item) => Effect.log(item + 1) })
expectTypeOf<typeof made>().toEqualTypeOf<Effect.Effect<Channel.Channel<number>>>()

// select: a union by name, errors of the clauses only.
const event = Channel.select({
  job: Channel.receiving(jobs),
  quit: Channel.receiving(quit),
  end: Channel.ended(quit),
  out: Channel.sending(out, true),
  rest: Channel.otherwise
})
type Event =
  | { readonly _tag: "job"; readonly value: string }
  | { readonly _tag: "quit"; readonly value: number }
  | { readonly _tag: "end"; readonly value: void }
  | { readonly _tag: "out"; readonly value: void }
  | { readonly _tag: "rest"; readonly value: void }
expectTypeOf<Effect.Success<typeof event>>().toEqualTypeOf<Event>()
expectTypeOf<Effect.Error<typeof event>>().toEqualTypeOf<RangeError | Channel.ChannelClosed>()
expectTypeOf<Effect.Services<typeof event>>().toEqualTypeOf<never>()
const only = Channel.select({ quit: Channel.receiving(quit) })
expectTypeOf<typeof only>().toEqualTypeOf<Effect.Effect<{ readonly _tag: "quit"; readonly value: number }>>()

// Done stands in the errors of `receive` only.
expectTypeOf<typeof jobs.receive>().toEqualTypeOf<Effect.Effect<string, RangeError | Cause.Done>>()
expectTypeOf<typeof jobs.receiveOption>().toEqualTypeOf<Effect.Effect<Option.Option<string>, RangeError>>()
const each = jobs.forEach((job) => Effect.fail(job.length))
expectTypeOf<typeof each>().toEqualTypeOf<Effect.Effect<void, RangeError | number>>()
const eachStep = jobs.forEach(function* (job) {
  if (job === "") return yield* Effect.fail("empty" as const)
})
expectTypeOf<typeof eachStep>().toEqualTypeOf<Effect.Effect<void, RangeError | "empty">>()

// use takes ChannelClosed out of the errors, and leaves the others.
const used = out.use(function* (tx) {
  yield* tx.send(true)
  yield* Effect.fail("no disk" as const)
})
expectTypeOf<typeof used>().toEqualTypeOf<Effect.Effect<void, "no disk">>()
const stopped = Channel.stopWhenClosed(Effect.andThen(out.send(true), jobs.receive))
expectTypeOf<typeof stopped>().toEqualTypeOf<Effect.Effect<Option.Option<string>, RangeError>>()

// reserve: a permit lives in a resource scope; split: as many of the same.
expectTypeOf<typeof out.reserve>().toEqualTypeOf<
  Effect.Effect<Channel.Permit<boolean>, Channel.ChannelClosed, Scope.Scope>
>()
expectTypeOf(out.split(3)).toEqualTypeOf<Effect.Effect<ReadonlyArray<Channel.Sender<boolean>>>>()
const reserved = out.use((tx) => Effect.scoped(Effect.flatMap(tx.reserve, (permit) => permit.commit(true))))
expectTypeOf<typeof reserved>().toEqualTypeOf<Effect.Effect<void>>()

// when and sendingOption are the clauses they guard.
expectTypeOf(Channel.when(true, () => Channel.receiving(jobs))).toEqualTypeOf<Clause<string, RangeError>>()
expectTypeOf(Channel.sendingOption(out, Array.head([true]))).toEqualTypeOf<Clause<void, Channel.ChannelClosed>>()
// @ts-expect-error a number cannot be sent to a sender of booleans
Channel.sendingOption(out, Array.head([1]))
// @ts-expect-error none of the policies
const badPolicy = Channel.make<number>({ overflow: "drop" })

// selectLoop: the values of the clauses go into the handlers, errors and services of both come out.
const looped = Channel.selectLoop(
  { job: Channel.receiving(jobs), quit: Channel.receiving(quit) },
  { job: (job) => Effect.fail(job.length), quit: (n) => Effect.succeed(n > 0 ? "stop" : n) }
)
expectTypeOf<typeof looped>().toEqualTypeOf<Effect.Effect<void, RangeError | number>>()
const anew = Channel.selectLoop(() => ({ out: Channel.sending(out, true), end: Channel.ended(quit) }), {
  out: () => Effect.fail("full" as const),
  end: (nothing) => Effect.succeed(nothing satisfies void)
})
expectTypeOf<typeof anew>().toEqualTypeOf<Effect.Effect<void, Channel.ChannelClosed | "full">>()
const scoped = Channel.selectLoop({ quit: Channel.receiving(quit) }, { quit: () => Effect.scope })
expectTypeOf<typeof scoped>().toEqualTypeOf<Effect.Effect<void, never, Scope.Scope>>()
const inbox = { job: Channel.receiving(jobs), quit: Channel.receiving(quit) }
// @ts-expect-error every clause has a handler
const noHandler = Channel.selectLoop(inbox, { job: () => Effect.void })
// @ts-expect-error a handler gets what its clause gives
const badHandler = Channel.selectLoop({ quit: Channel.receiving(quit) }, { quit: (text: string) => Effect.log(text) })

// Ends and clauses vary as they are used.
declare const wide: Channel.Sender<string | number>
declare const narrow: Channel.Receiver<"a", never>
expectTypeOf(wide).toExtend<Channel.Sender<string>>()
expectTypeOf(narrow).toExtend<Channel.Receiver<string, Error>>()
expectTypeOf(Channel.receiving(narrow)).toExtend<Clause<string, Error>>()
declare const permit: Channel.Permit<string | number>
expectTypeOf(permit).toExtend<Channel.Permit<string>>()
// @ts-expect-error a permit for strings is none for numbers
const badPermit: Channel.Permit<number> = null as unknown as Channel.Permit<string>
// @ts-expect-error a sender of strings cannot send numbers
const badSender: Channel.Sender<number> = null as unknown as Channel.Sender<string>
// @ts-expect-error a receiver of strings does not give numbers
const badReceiver: Channel.Receiver<number> = null as unknown as Channel.Receiver<string>
// @ts-expect-error a channel is neither wider
const wider: Channel.Channel<string | number> = null as unknown as Channel.Channel<string>
// @ts-expect-error nor narrower
const narrower: Channel.Channel<"a"> = null as unknown as Channel.Channel<string>
// @ts-expect-error a sending end cannot receive
const received = out.receive
// @ts-expect-error a receiving end cannot send
const sent = jobs.send
void [badPolicy, noHandler, badHandler, badPermit, badSender, badReceiver, wider, narrower, received, sent]
