/** What TypeScript infers and refuses; checked by `tsc`, never run. */
import type { Clause } from "@ferrule/runtime"
import { type Cause, Effect, type Option } from "effect"
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

// Ends and clauses vary as they are used.
declare const wide: Channel.Sender<string | number>
declare const narrow: Channel.Receiver<"a", never>
expectTypeOf(wide).toExtend<Channel.Sender<string>>()
expectTypeOf(narrow).toExtend<Channel.Receiver<string, Error>>()
expectTypeOf(Channel.receiving(narrow)).toExtend<Clause<string, Error>>()
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
void [badSender, badReceiver, wider, narrower, received, sent]
