/**
 * A loop over a select. Of each thing that it receives from, or waits for the end of, it knows:
 *
 *   open    there may be more.
 *   ended   there is nothing more, and its clauses are left out from now on.
 *
 * It ends when all of them have ended and every end that has a handler was handled.
 */
import type { Clause } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import { type Clauses, select, type SelectE } from "./select.ts"

/**
 * What a loop over a select does for each of its clauses.
 *
 * @category models
 * @since 0.1.0
 */
export type Handlers<C extends Clauses> = {
  readonly [K in keyof C]: (value: C[K] extends Clause<infer A, any> ? A : never) => Effect.Effect<any, any, any>
}

/**
 * Selects again and again, and runs the handler of the clause that committed, until there is nothing more to receive.
 * With a function for the clauses, they are made anew for each select: what is to be sent next, or `when`.
 *
 * - **Completes when** all that it receives from has ended, or a handler answers `"stop"`. An `ended` clause is handled
 *   once. Clauses that only send, and timers, do not keep the loop going.
 * - **Fails when** a clause or a handler does.
 * - **Dies when** no clause can ever commit, and something to receive from was left out.
 * - **When cancelled**: so is the select, or the handler. Cancel safety: nothing is lost. A handler gets its value in the
 *   very step in which the clause commits.
 *
 * @example Two inboxes as one
 * ```ts
 * import { Effect } from "effect"
 * import { Channel } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const letters = yield* Channel.make<string>({ name: "letters", capacity: 4 })
 *   const numbers = yield* Channel.make<number>({ name: "numbers", capacity: 4 })
 *   yield* letters.sender.use((tx) => tx.send("a"))
 *   yield* numbers.sender.use((tx) => tx.send(1))
 *   const seen: Array<string> = []
 *   yield* Channel.selectLoop(
 *     { letter: Channel.receiving(letters.receiver), number: Channel.receiving(numbers.receiver) },
 *     {
 *       letter: (letter) => Effect.sync(() => seen.push(letter)),
 *       number: (number) => Effect.sync(() => seen.push(String(number)))
 *     }
 *   )
 *   return seen.sort()
 * })
 * console.log(await Effect.runPromise(program)) // => [ '1', 'a' ]
 * ```
 *
 * @see select
 * @category selecting
 * @since 0.1.0
 */
export const selectLoop = <C extends Clauses, const H extends Handlers<C>>(
  clauses: C | (() => C),
  handlers: H
): Effect.Effect<void, SelectE<C> | Effect.Error<ReturnType<H[keyof H]>>, Effect.Services<ReturnType<H[keyof H]>>> =>
  // Sound: what is selected are clauses of C, and ends of them, which fail as they do; and handlers are those of H.
  Effect.suspend(() => new Loop(clauses, handlers as Handlers<any>).next) as Effect.Effect<void, any, any>

class Loop {
  private readonly clauses: Clauses | (() => Clauses)
  private readonly handlers: Handlers<Clauses>
  /**
   * What it has received from or waited for the end of, what of that has ended, and whose end was handled. Held weakly:
   * a loop may receive from something new in every round.
   */
  private readonly sources = new WeakSet<object>()
  private readonly ended = new WeakSet<object>()
  private readonly handled = new WeakSet<object>()
  private receives = false
  /** How many of the sources have not ended. */
  private open = 0
  readonly next: Effect.Effect<void, unknown, unknown>

  constructor(clauses: Clauses | (() => Clauses), handlers: Handlers<Clauses>) {
    this.clauses = clauses
    this.handlers = handlers
    this.next = Effect.suspend(() => this.round())
  }

  private round(): Effect.Effect<void, unknown, unknown> {
    const given = Object.entries(typeof this.clauses === "function" ? this.clauses() : this.clauses)
    const chosenFrom: Record<string, Clause<unknown, unknown>> = {}
    let endsLeft = false
    for (const [name, clause] of given) {
      if (clause.endOf !== undefined) {
        if (this.handled.has(clause.endOf)) continue
        this.addSource(clause.endOf)
        endsLeft = true
      } else if (this.hasEnded(clause, name, chosenFrom)) continue
      chosenFrom[name] = clause
    }
    if (!endsLeft && this.receives && this.open === 0) return Effect.void
    return Effect.flatMap(select(chosenFrom), ({ _tag, value }) => this.handle(_tag, value, chosenFrom))
  }

  private addSource(source: object): void {
    if (this.sources.has(source)) return
    this.sources.add(source)
    this.receives = true
    this.open++
  }

  private endSource(source: object): void {
    if (this.ended.has(source)) return
    this.ended.add(source)
    this.open--
  }

  /** Adds, beside a clause that receives, the one that tells the loop of its end. */
  private hasEnded(
    clause: Clause<unknown, unknown>,
    name: string,
    chosenFrom: Record<string, Clause<any, any>>
  ): boolean {
    const { end } = clause
    if (end?.endOf === undefined) return false
    if (this.ended.has(end.endOf)) return true
    this.addSource(end.endOf)
    let nameOfEnd = `the end of ${name}`
    // No name of the user's, whose clauses have handlers.
    while (nameOfEnd in this.handlers || nameOfEnd in chosenFrom) nameOfEnd += "'"
    chosenFrom[nameOfEnd] = end
    return false
  }

  private handle(name: string, value: unknown, from: Clauses): Effect.Effect<void, unknown, unknown> {
    const { endOf } = from[name]!
    const handler = this.handlers[name]
    if (endOf !== undefined) this.endSource(endOf)
    if (handler === undefined) return this.next
    if (endOf !== undefined) this.handled.add(endOf)
    return Effect.flatMap(handler(value as never), (answer) => (answer === "stop" ? Effect.void : this.next))
  }
}
