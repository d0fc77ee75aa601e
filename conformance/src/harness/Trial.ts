import { isDeepStrictEqual, inspect } from "node:util"
import { VirtualClock } from "@ferrule/testing"
import { Clock, Effect, type Exit, type Fiber, type Scope } from "effect"
import { Channel, type Runtime, type Sync } from "ferrule"
import { Books } from "./Books.ts"
import { Ledger } from "./Ledger.ts"
import { brokenPromise, type Outcome, outcomeOf, type Reason } from "./Outcome.ts"

/** How a program run inside a scenario ended, and when. */
export interface Ended<A, E> {
  readonly exit: Exit.Exit<A, E>
  readonly at: number
  /** Its fiber was interrupted from outside, so Effect itself adds an Interrupt to whatever the cause holds. */
  readonly cancelled: boolean
}

const reasonsIn = (ended: Ended<unknown, unknown>): ReadonlyArray<Reason> => {
  const outcome = outcomeOf(ended.exit)
  return "fail" in outcome ? outcome.fail : []
}

const show = (value: unknown) => inspect(value, { depth: 6, breakLength: 110, compact: 6 })

/** What the scenario claims has no meaning any more: it was cancelled before it came so far. */
export class Overtaken extends Error {}

/**
 * What a scenario works with: virtual time, a log and assertions. Each assertion is counted; one that does not hold is
 * kept as well as thrown, so that no task group can swallow it. Once the scenario itself is cancelled, what it asserts
 * is no longer judged.
 */
export class Trial {
  /** The scenario is being cancelled from outside. */
  overtaken = false
  readonly ledger = new Ledger()
  readonly books = new Books()
  /** How the programs that were started have ended, in the order of their starts. */
  readonly exits: Array<Exit.Exit<unknown, unknown> | undefined> = []
  readonly entries: Array<unknown> = []
  readonly broken: Array<string> = []
  /** What the failure hook was told. */
  readonly reports: Array<Runtime.Report> = []
  #assertions = 0
  readonly #clock: Clock.Clock
  readonly seed: number
  readonly #small: boolean

  constructor(clock: Clock.Clock, seed: number, small = false) {
    this.#clock = clock
    this.seed = seed
    this.#small = small
  }

  /** How many: as the scenario says, or a few where it is cancelled at every step. */
  size(many: number, few: number): number {
    return this.#small ? few : many
  }

  get assertions(): number {
    return this.#assertions
  }

  /** Virtual milliseconds since the start. */
  get now(): number {
    return this.#clock.currentTimeMillisUnsafe()
  }

  /** How many timers are armed. */
  get timers(): number {
    return Effect.runSync(Effect.provideService(VirtualClock.timers, Clock.Clock, this.#clock))
  }

  get untilQuiet(): Effect.Effect<void> {
    return VirtualClock.untilQuiet
  }

  /** Waits until `instant`. */
  at(instant: number): Effect.Effect<void> {
    return Effect.suspend(() => Effect.sleep(instant - this.now))
  }

  log(entry: unknown): Effect.Effect<void> {
    return Effect.sync(() => void this.entries.push(entry))
  }

  /** Waits until cancelled; then logs `entry`, after a cleanup of `millis`. */
  forever(entry?: unknown, millis = 0): Effect.Effect<never> {
    const cleanup = millis > 0 ? Effect.andThen(Effect.sleep(millis), this.log(entry)) : this.log(entry)
    return entry === undefined ? Effect.never : this.onCancel(Effect.never, () => cleanup)
  }

  /** Runs `cleanup` when `self` is cancelled: once, and to its end. */
  onCancel<A, E, R, B, E2, R2>(
    self: Effect.Effect<A, E, R>,
    cleanup: () => Effect.Effect<B, E2, R2>
  ): Effect.Effect<A, E | E2, R | R2> {
    return this.ledger.region("a region with a cleanup", self, cleanup)
  }

  /** Logs that it is opened and, when the resource scope closes, that it is closed: once. */
  resource(name: string): Effect.Effect<void, never, Scope.Scope> {
    const logged = Effect.acquireRelease(this.log(`open ${name}`), () => this.log(`close ${name}`))
    return Effect.andThen(this.ledger.held(name), logged)
  }

  /** Something that is held until the resource scope closes, and has to be given back once. */
  held(what: string): Effect.Effect<void, never, Scope.Scope> {
    return this.ledger.held(what)
  }

  /** Something that is opened by hand, and has to be closed once. */
  opened(what: string): void {
    this.ledger.open(what, what)
  }

  closed(what: string): void {
    this.ledger.close(what, what)
  }

  /** All of its permits have to be back in the end. */
  permits(semaphore: Sync.Semaphore): void {
    this.books.permits(semaphore)
  }

  /** A channel; where it is cancelled at every step its items are counted, which takes an operation of its own. */
  channel<A, E = never>(options?: Channel.MakeOptions<A>): Effect.Effect<Channel.Channel<A, E>> {
    return this.#small ? this.books.channel<A, E>(options) : Channel.make<A, E>(options)
  }

  /** Starts `program` in a fiber of its own. */
  start<A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<Fiber.Fiber<A, E>, never, R> {
    return Effect.suspend(() => {
      const index = this.exits.push(undefined) - 1
      const kept = Effect.onExit(program, (exit) => Effect.sync(() => void (this.exits[index] = exit)))
      return Effect.forkChild(kept, { startImmediately: true })
    })
  }

  /** Runs `program` in a fiber of its own and gives how and when it ended. */
  ended<A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<Ended<A, E>, never, R> {
    return Effect.flatMap(this.start(program), (fiber) => this.endOf(fiber))
  }

  /** Runs `program` and cancels it from outside at `instant`. */
  cancelledAt<A, E, R>(instant: number, program: Effect.Effect<A, E, R>): Effect.Effect<Ended<A, E>, never, R> {
    return Effect.flatMap(this.start(program), (fiber) =>
      Effect.andThen(this.at(instant), () => {
        fiber.interruptUnsafe()
        return Effect.map(this.endOf(fiber), (ended) => ({ ...ended, cancelled: true }))
      })
    )
  }

  endOf<A, E>(fiber: Fiber.Fiber<A, E>): Effect.Effect<Ended<A, E>> {
    return Effect.callback((resume) =>
      Effect.sync(fiber.addObserver((exit) => resume(Effect.succeed({ exit, at: this.now, cancelled: false }))))
    )
  }

  /** The program ended so, and at that instant. */
  ends(ended: Ended<unknown, unknown>, outcome: Outcome, at?: number): void {
    this.equal(outcomeOf(ended.exit), outcome, "outcome")
    this.#keepsPromise(ended)
    if (at !== undefined) this.equal(ended.at, at, "time of the end")
  }

  /** The program ended with these reasons, in any order. */
  endsWithAll(ended: Ended<unknown, unknown>, reasons: ReadonlyArray<Reason>, at?: number): void {
    this.sameMembers(reasonsIn(ended), reasons, "reasons")
    this.#keepsPromise(ended)
    if (at !== undefined) this.equal(ended.at, at, "time of the end")
  }

  /** The program ended with this reason, and maybe others. */
  endsWith(ended: Ended<unknown, unknown>, reason: Reason, at?: number): void {
    const reasons = reasonsIn(ended)
    const found = reasons.some((other) => isDeepStrictEqual(other, reason))
    this.check(found, `outcome: expected ${show(reason)} to be in it, got ${show(reasons)}`)
    this.#keepsPromise(ended)
    if (at !== undefined) this.equal(ended.at, at, "time of the end")
  }

  /** The program died of one defect of this class; gives it. */
  diesOf<D>(ended: Ended<unknown, unknown>, kind: new (...args: Array<any>) => D, at?: number): D {
    const [reason, ...others] = reasonsIn(ended)
    const defect = reason?.[0] === "Die" && others.length === 0 ? reason[1] : undefined
    this.check(defect instanceof kind, `expected the defect ${kind.name}, got ${show(outcomeOf(ended.exit))}`)
    if (!(defect instanceof kind)) throw new Overtaken("it did not come to that defect")
    if (at !== undefined) this.equal(ended.at, at, "time of the end")
    return defect
  }

  /** The program failed with one error of this class; gives it. */
  failsWith<D>(ended: Ended<unknown, unknown>, kind: new (...args: Array<any>) => D, at?: number): D {
    const [reason, ...others] = reasonsIn(ended)
    const error = reason?.[0] === "Fail" && others.length === 0 ? reason[1] : undefined
    this.check(error instanceof kind, `expected the error ${kind.name}, got ${show(outcomeOf(ended.exit))}`)
    if (!(error instanceof kind)) throw new Overtaken("it did not come to that error")
    this.#keepsPromise(ended)
    if (at !== undefined) this.equal(ended.at, at, "time of the end")
    return error
  }

  #keepsPromise({ cancelled, exit }: Ended<unknown, unknown>): void {
    if (cancelled) return
    const broken = brokenPromise(exit)
    this.check(broken === undefined, `outcome: ${broken}`)
  }

  check(condition: boolean, what: string): void {
    if (this.overtaken) return
    this.#assertions++
    if (condition) return
    this.broken.push(what)
    throw new Error(what)
  }

  equal(actual: unknown, expected: unknown, what = "value"): void {
    this.check(isDeepStrictEqual(actual, expected), `${what}: expected ${show(expected)}, got ${show(actual)}`)
  }

  sameMembers(actual: ReadonlyArray<unknown>, expected: ReadonlyArray<unknown>, what = "members"): void {
    const left = [...actual]
    for (const wanted of expected) {
      const index = left.findIndex((item) => isDeepStrictEqual(item, wanted))
      if (index >= 0) left.splice(index, 1)
    }
    const same = left.length === 0 && actual.length === expected.length
    this.check(same, `${what}: expected ${show(expected)} in any order, got ${show(actual)}`)
  }

  /** The time is `at` now. */
  isAt(at: number, what = "time"): void {
    this.equal(this.now, at, what)
  }

  logged(...entries: ReadonlyArray<unknown>): void {
    this.equal(this.entries, entries, "log")
  }
}
