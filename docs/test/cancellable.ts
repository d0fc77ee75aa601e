/** The whole programs in a small form, to be cancelled at every step: what each is given, and what it claims. */
import { Effect, type Scope, Stream } from "effect"
import { type Channel, Sync } from "ferrule"
import { type Address, dial } from "../examples/happyEyeballs.ts"
import { dinner, forksFor, type Manners, ordered, polite, withWaiter } from "../examples/philosophers.ts"
import { oneTo, pipeline } from "../examples/pipeline.ts"
import { primes } from "../examples/sieve.ts"
import { primes as primesByMultiples } from "../examples/sieveWithBuffer.ts"
import { chain, ring } from "../examples/tokenRing.ts"

/** What a program may use to be looked at. */
export interface Checks {
  equal(actual: unknown, expected: unknown, what?: string): void
  /** Something that is held until the resource scope closes, and has to be given back once. */
  held(what: string): Effect.Effect<void, never, Scope.Scope>
  /** Something that is opened by hand, and has to be closed once. */
  opened(what: string): void
  closed(what: string): void
  /** All of its permits have to be back in the end. */
  permits(semaphore: Sync.Semaphore): void
}

export type Cancellable = (checks: Checks) => Effect.Effect<unknown, unknown>

const equals =
  <A, E>(program: Effect.Effect<A, E>, expected: A): Cancellable =>
  (checks) =>
    Effect.map(program, (value) => checks.equal(value, expected))

const seats = 3

const dines =
  (manners: (checks: Checks) => Effect.Effect<Manners>): Cancellable =>
  (checks) =>
    Effect.gen(function* () {
      const forks = yield* forksFor(seats)
      for (const fork of forks) checks.permits(fork)
      let meals = 0
      const eat = Effect.scoped(
        Effect.andThen(
          checks.held("a meal"),
          Effect.map(Effect.sleep(10), () => void meals++)
        )
      )
      yield* dinner(yield* manners(checks), forks, 1, () => eat)
      checks.equal(meals, seats, "meals")
    })

const waited = (checks: Checks): Effect.Effect<Manners> =>
  Effect.map(Sync.semaphore(seats - 1), (waiter) => {
    checks.permits(waiter)
    return withWaiter(waiter)
  })

interface Host extends Address {
  readonly name: string
  readonly millis: number
  readonly works: boolean
}

const host = (name: string, millis: number, works: boolean): Host => ({ family: 4, name, millis, works })

/**
 * Each connection but the winner's is closed once. Whether that one was had by somebody cannot be said: Effect may cut a
 * caller off between the end of the race and the first operation after it.
 */
const visits =
  (hosts: ReadonlyArray<Host>, winner: string): Cancellable =>
  (checks) => {
    const isLoser = (name: string) => name !== winner
    const close = (name: string) => Effect.sync(() => void (isLoser(name) && checks.closed(name)))
    const connect = ({ millis, name, works }: Host) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.sync(() => void (isLoser(name) && checks.opened(name))).pipe(
          Effect.andThen(restore(Effect.sleep(millis))),
          Effect.andThen(works ? Effect.succeed(name) : Effect.fail(`no ${name}`)),
          Effect.onError(() => close(name))
        )
      )
    return Effect.map(dial(hosts, connect, close), (found) => checks.equal(found, winner))
  }

const squares: Cancellable = (checks) => {
  const square = (n: number) =>
    Effect.scoped(Effect.andThen(checks.held(`square of ${n}`), Effect.as(Effect.sleep(2), n * n)))
  const collect = (rx: Channel.Receiver<number>) => Stream.runCollect(rx.stream)
  return Effect.map(pipeline(oneTo(4), square, collect), (found) => checks.equal(found, [1, 4, 16]))
}

/** By the number of the program, and which form of it. */
export const cancellable: Readonly<Record<string, Cancellable>> = {
  "1 sieve": equals(primes(3), [2, 3, 5]),
  "1 sieve with a buffer": equals(primesByMultiples(3), [2, 3, 5]),
  "2 philosophers, ordered": dines(() => Effect.succeed(ordered)),
  "2 philosophers, with a waiter": dines(waited),
  "2 philosophers, polite": dines(() => Effect.succeed(polite)),
  "3 happy eyeballs, early success": visits([host("a", 1000, true), host("b", 100, true), host("c", 200, true)], "b"),
  "3 happy eyeballs, errors hurry": visits([host("a", 100, false), host("b", 10_000, true), host("c", 50, true)], "c"),
  "4 pipeline": squares,
  "7 token ring": equals(ring(3, 4), 2),
  "7 chain": equals(chain(3, "token"), "token")
}
