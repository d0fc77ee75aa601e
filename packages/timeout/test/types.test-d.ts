/**
 * What is inferred: no caller of a timeout writes an annotation. Checked, not run.
 */
import { Effect, Schedule, type Stream } from "effect"
import * as Timeout from "../src/index.ts"

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- equal, when no T can tell them apart
type Equals<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the constraint is what is checked
const holds = <_T extends true>(): void => {}

interface DbError {
  readonly _tag: "DbError"
  readonly retryable: boolean
}
interface Db {
  readonly db: true
}
interface Random {
  readonly random: true
}

declare const query: Effect.Effect<number, DbError, Db>
declare const rows: Stream.Stream<string, DbError, Db>
declare const jittered: Schedule.Schedule<number, unknown, never, Random>

const mine = Timeout.failAfterWith(query, "1 second", (late) => ({ _tag: "Late" as const, after: late.elapsed }))
holds<Equals<Extract<Effect.Error<typeof mine>, { readonly _tag: "Late" }>["_tag"], "Late">>()
holds<Equals<Exclude<Effect.Error<typeof mine>, { readonly _tag: "Late" }>, DbError>>()
const piped = query.pipe(Timeout.failAfterWith("1 second", () => "late" as const))
holds<Equals<typeof piped, Effect.Effect<number, DbError | "late", Db>>>()

const beating = Timeout.withTimer("1 second", function* (timer) {
  yield* timer.heartbeat
  return yield* query
})
holds<Equals<typeof beating, Effect.Effect<number, DbError | Timeout.DeadlineExceeded, Db>>>()
const plain = Timeout.withTimer("1 second", () => query)
holds<Equals<typeof plain, typeof beating>>()

const fed = rows.pipe(Timeout.idle("1 second"))
holds<Equals<typeof fed, Stream.Stream<string, DbError | Timeout.DeadlineExceeded, Db>>>()

holds<Equals<ReturnType<typeof hedged>, typeof query>>()
const hedged = () => query.pipe(Timeout.hedge({ after: "10 millis", max: 3 }))
const first = Timeout.hedge(query, { after: "10 millis", max: 3 })
holds<Equals<typeof first, typeof query>>()

const retried = query.pipe(
  Timeout.retryWithin({ schedule: Schedule.exponential("20 millis"), while: (error) => error.retryable })
)
holds<Equals<typeof retried, typeof query>>()
const random = Timeout.retryWithin(query, { schedule: jittered, minAttempt: "50 millis" })
holds<Equals<typeof random, Effect.Effect<number, DbError, Db | Random>>>()

declare const headers: Readonly<Record<string, string | undefined>>
const served = query.pipe(Timeout.fromHeaders(headers))
holds<Equals<typeof served, Effect.Effect<number, DbError | Timeout.DeadlineExceeded, Db>>>()

// @ts-expect-error -- a length is a duration: a text that is none does not compile
void Timeout.withTimer("soon", () => Effect.void)
// @ts-expect-error -- without a number of attempts a hedge might start them for ever
void Timeout.hedge(query, { after: "10 millis" })
