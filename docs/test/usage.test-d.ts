/**
 * The types of the programs in docs/examples, which nobody wrote down there. Checked, not run.
 */
import type { Effect } from "effect"
import type { CancelScope, Channel, TaskGroup } from "ferrule"
import type { Socket } from "node:net"
import type { ConfigError, withConfig } from "../examples/cachedConfig.ts"
import type { chat } from "../examples/chat.ts"
import type { crawl } from "../examples/crawler.ts"
import type { eventLoop } from "../examples/eventLoop.ts"
import type { main } from "../examples/fromAsyncio.ts"
import type { NetError as ServerError, serve } from "../examples/gracefulServer.ts"
import type { Address, dial, NetError, NoAddresses } from "../examples/happyEyeballs.ts"
import type {
  helped,
  left,
  merged,
  nested,
  NoPage,
  NoRow,
  Rows,
  served,
  tolerant,
  visited
} from "../examples/inference.ts"
import type { DbError, importLines, RowError } from "../examples/importLines.ts"
import type { page } from "../examples/partialResults.ts"
import type { dinner } from "../examples/philosophers.ts"
import type { pipeline } from "../examples/pipeline.ts"
import type { MailError, shop } from "../examples/routes.ts"
import type { fetchAll, TooMany } from "../examples/rateLimit.ts"
import type { primes } from "../examples/sieve.ts"
import type { DbError as TransferError, transfer } from "../examples/transfer.ts"
import type { BadJob, pool } from "../examples/workerPool.ts"
import type { DeadlineExceeded } from "@ferrule/timeout"

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- equal, when no T can tell them apart
type Equals<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the constraint is what is checked
const holds = <_T extends true>(): void => {}

// The timeout is dealt with: nothing is left that could fail.
holds<Equals<typeof main, Effect.Effect<void>>>()

holds<
  Equals<
    ReturnType<typeof dial<Address, Socket, NetError>>,
    Effect.Effect<Socket, NoAddresses | TaskGroup.AllFailed<NetError>>
  >
>()

// The connections' errors are the supervised group's own business; to listen may fail.
holds<Equals<ReturnType<typeof serve>, Effect.Effect<void, ServerError>>>()

// So are those of the guests of a chat, and what a slow one is told; the server is given to it.
holds<Equals<ReturnType<typeof chat>, Effect.Effect<void>>>()

// What cannot be read is a value, what the database refuses is an error; a closed channel is neither.
holds<Equals<Effect.Success<ReturnType<typeof importLines>>, Array<RowError>>>()
holds<Equals<Effect.Error<ReturnType<typeof importLines>>, DbError>>()
holds<Equals<Effect.Services<ReturnType<typeof importLines>>, never>>()

holds<Equals<Effect.Error<ReturnType<typeof crawl>>, DeadlineExceeded>>()
holds<Equals<Effect.Services<ReturnType<typeof crawl>>, never>>()

// The error of the work comes out of the loop that spawned it.
holds<Equals<Effect.Error<ReturnType<typeof eventLoop<"late">>>, "late" | Channel.ChannelClosed>>()

// The first load may fail, the later ones are dealt with; the body's error is its own.
holds<Equals<Effect.Error<ReturnType<typeof withConfig<void, "mine">>>, ConfigError | "mine">>()

// A restarted task fails in the end, and its group with it.
holds<Equals<ReturnType<typeof pool>, Effect.Effect<void, BadJob>>>()

// What a task of a route fails with is the application's error; the routes are complete.
holds<Equals<ReturnType<typeof shop<number>>, Effect.Effect<number, MailError>>>()

// A part that fails or is late is a value: the page itself cannot fail.
holds<Equals<Effect.Error<ReturnType<typeof page>>, never>>()

// A limit adds nothing to what goes through it.
holds<Equals<ReturnType<typeof fetchAll>, Effect.Effect<Array<string>, TooMany>>>()

// Late, locked or wrong: one error, the program's own.
holds<Equals<ReturnType<typeof transfer>, Effect.Effect<void, TransferError>>>()

// Nothing of what stops its tasks is an error.
holds<Equals<ReturnType<typeof primes>, Effect.Effect<Array<number>>>>()
holds<Equals<ReturnType<typeof dinner>, Effect.Effect<void>>>()

// Its errors are those of what it is made of.
holds<Equals<ReturnType<typeof pipeline<string, "work", "sink">>, Effect.Effect<string, "work" | "sink">>>()

// A helper's errors are the group's; caught ones are not; the outer group's are not caught with the inner's.
holds<Equals<typeof helped, Effect.Effect<TaskGroup.Task<number, NoRow>, NoPage | NoRow>>>()
holds<Equals<typeof nested, Effect.Effect<void, NoRow>>>()
holds<Equals<ReturnType<typeof visited>, Effect.Effect<void, NoPage>>>()
holds<Equals<typeof tolerant, Effect.Effect<void>>>()
holds<Equals<typeof served, Effect.Effect<number, NoRow, Rows>>>()
holds<Equals<typeof left, Effect.Effect<number | CancelScope.CancelReason["_tag"]>>>()
holds<Equals<ReturnType<typeof merged>, Effect.Effect<void, "offline" | NoRow | NoPage>>>()
