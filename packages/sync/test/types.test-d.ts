/** What TypeScript infers and refuses; checked by `tsc`, never run. */
import type { Clause } from "@ferrule/runtime"
import { Effect, type Option, type Scope } from "effect"
import { expectTypeOf } from "vitest"
import * as Sync from "../src/index.ts"

declare const semaphore: Sync.Semaphore
declare const mutex: Sync.Mutex
declare const work: Effect.Effect<string, RangeError, Scope.Scope>

// What an effect is piped through leaves its type as it is.
const limited = work.pipe(semaphore.withPermits(2), mutex)
expectTypeOf<typeof limited>().toEqualTypeOf<typeof work>()

expectTypeOf(Sync.semaphore(3)).toEqualTypeOf<Effect.Effect<Sync.Semaphore>>()
expectTypeOf(semaphore.acquire()).toEqualTypeOf<Effect.Effect<void, never, Scope.Scope>>()
expectTypeOf(semaphore.tryAcquire(2)).toEqualTypeOf<Effect.Effect<Option.Option<Sync.Permits>>>()
expectTypeOf(Sync.acquiring(semaphore)).toEqualTypeOf<Clause<Sync.Permits>>()
expectTypeOf(Sync.mutex).toEqualTypeOf<Effect.Effect<Sync.Mutex>>()
expectTypeOf(Sync.condition(mutex)).toEqualTypeOf<Effect.Effect<Sync.Condition>>()
const met = Effect.flatMap(Sync.barrier(2), ({ wait }) => wait)
expectTypeOf(met).toEqualTypeOf<Effect.Effect<number>>()

// @ts-expect-error a condition is one of a mutex
const badCondition = Sync.condition(semaphore)
// @ts-expect-error a mutex has no permits to take part of
const badMutex = mutex.withPermits(1)
void [badCondition, badMutex]
