/** What TypeScript infers and refuses; checked by `tsc`, never run. */
import type { Effect, Scope } from "effect"
import { expectTypeOf } from "vitest"
import * as Limit from "../src/index.ts"

declare const limit: Limit.Limit
declare const perHost: Limit.KeyedLimit
declare const request: Effect.Effect<string, RangeError, Scope.Scope>

// A limit is what an effect is piped through, and leaves its type as it is.
const limited = request.pipe(limit, perHost("example.org"))
expectTypeOf<typeof limited>().toEqualTypeOf<typeof request>()

expectTypeOf(Limit.concurrent(2)).toEqualTypeOf<Effect.Effect<Limit.Limit>>()
expectTypeOf(Limit.rate({ times: 10, per: "1 second", burst: 3 })).toEqualTypeOf<Effect.Effect<Limit.Limit>>()
const keyed = Limit.keyed((key) => Limit.concurrent(key.length))
expectTypeOf<typeof keyed>().toEqualTypeOf<Effect.Effect<Limit.KeyedLimit>>()
expectTypeOf(limit.waiting).toEqualTypeOf<Effect.Effect<number>>()

// @ts-expect-error a keyed limit wants a key before an effect
const badKeyed = request.pipe(perHost)
// @ts-expect-error a rate is so many times in so long
const badRate = Limit.rate({ times: 10 })
void [badKeyed, badRate]
