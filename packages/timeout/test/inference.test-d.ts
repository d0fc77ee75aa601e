/** What TypeScript infers for timeouts, without a single annotation. These programs are checked, not run. */
import * as Timeout from "@ferrule/timeout"
import { type Clause } from "@ferrule/runtime"
import { Context, Effect, type Option } from "effect"

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- equal, when no T can tell them apart
type Equals<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the constraint is what is checked
const holds = <_T extends true>(): void => {}

class Db extends Context.Service<Db, string>()("test/Db") {}
declare const query: Effect.Effect<number, "refused", Db>

type Failing = Effect.Effect<number, "refused" | Timeout.DeadlineExceeded, Db>
const dataFirst = Timeout.failAfter(query, "1 second", { label: "query" })
const dataLast = query.pipe(Timeout.failAfter("1 second"))
const at = query.pipe(Timeout.failAt(5))
holds<Equals<typeof dataFirst, Failing>>()
holds<Equals<typeof dataLast, Failing>>()
holds<Equals<typeof at, Failing>>()

const caught = dataLast.pipe(Effect.catchTag("DeadlineExceeded", (late) => Effect.succeed(late.scope)))
holds<Equals<typeof caught, Effect.Effect<string | number, "refused", Db>>>()

type Optional = Effect.Effect<Option.Option<number>, "refused", Db>
const moved = Timeout.moveOnAfter(query, 5)
const movedLast = query.pipe(Timeout.moveOnAt(5))
holds<Equals<typeof moved, Optional>>()
holds<Equals<typeof movedLast, Optional>>()

const clause = Timeout.after("1 second")
holds<Equals<typeof clause, Clause<void>>>()

// @ts-expect-error -- a length is no text that cannot be read
Timeout.failAfter(query, "soon")
