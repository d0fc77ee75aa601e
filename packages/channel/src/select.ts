import { type Chosen, type Clause, inOneStep, retreat, Selection, tellFirst } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"

/**
 * What a select chooses from: clauses by name.
 *
 * @category models
 * @since 0.1.0
 */
export type Clauses = Readonly<Record<string, Clause<any, any>>>

/**
 * What a select gives: the name of the clause that committed, and its value.
 *
 * @category models
 * @since 0.1.0
 */
export type Selected<C extends Clauses> = {
  [K in keyof C]: { readonly _tag: K; readonly value: C[K] extends Clause<infer A, any> ? A : never }
}[keyof C]

/**
 * The errors that the clauses of a select can fail with.
 *
 * @category models
 * @since 0.1.0
 */
export type SelectE<C extends Clauses> = C[keyof C] extends infer X
  ? X extends Clause<any, infer E>
    ? E
    : never
  : never

/**
 * Waits until one of the clauses can commit, and commits to exactly that one.
 *
 * - **Completes when** one has committed: with its name and its value. If several can, the choice is uniform, by
 *   Effect's `Random`, so that a seed repeats it; with `order: "priority"` the first as written wins.
 * - **Fails when** the chosen clause does.
 * - **Dies when** no clause can ever commit, now or when the last one ends during the wait.
 * - **When cancelled**: it leaves every line. Cancel safety: nothing is lost. What it was given and does not have yet
 *   goes to the next in line, or back to its place; where it lost or was cancelled it leaves no trace.
 *
 * @example A job, or the order to stop
 * ```ts
 * import { Effect } from "effect"
 * import { Channel } from "ferrule"
 *
 * const program = Effect.gen(function* () {
 *   const jobs = yield* Channel.make<string>({ name: "jobs", capacity: 8 })
 *   const quit = yield* Channel.make<void>("quit")
 *   yield* jobs.sender.send("wash up")
 *   const event = yield* Channel.select({
 *     job: Channel.receiving(jobs.receiver),
 *     quit: Channel.receiving(quit.receiver)
 *   })
 *   switch (event._tag) {
 *     case "job":
 *       return event.value.toUpperCase()
 *     case "quit":
 *       return "stopped"
 *   }
 * })
 * console.log(await Effect.runPromise(program)) // => WASH UP
 * ```
 *
 * @see receiving, sending, ended and otherwise for its clauses
 * @category selecting
 * @since 0.1.0
 */
export const select = <const C extends Clauses>(
  clauses: C,
  options?: { readonly order?: "fair" | "priority" }
): Effect.Effect<Selected<C>, SelectE<C>> =>
  Effect.withFiber((fiber) => {
    const run = new Select(
      Object.entries(clauses).map(([name, clause]) => ({ name, clause: clause.begin?.(fiber) ?? clause })),
      options?.order !== "priority"
    )
    // Sound: a name and its value come from one entry of `clauses`, and errors from its clauses.
    return run.look as Effect.Effect<Selected<C>, SelectE<C>>
  })

interface Entry {
  readonly name: string
  readonly clause: Clause<unknown, unknown>
}

/** One look at all clauses. */
interface Survey {
  readonly ready: Array<Entry>
  readonly waiting: Array<Entry>
  otherwise: Entry | undefined
}

/** One select on its way: clauses that depend on when it starts have begun. */
class Select {
  private readonly entries: ReadonlyArray<Entry>
  private readonly fair: boolean
  readonly look: Effect.Effect<Chosen, unknown>

  constructor(entries: ReadonlyArray<Entry>, fair: boolean) {
    this.entries = entries
    this.fair = fair
    this.look = Effect.withFiber((fiber) => (tellFirst(fiber) ? this.look : this.choose(fiber)))
  }

  private choose(fiber: Fiber.Fiber<unknown, unknown>): Effect.Effect<Chosen, unknown> {
    const { ready, waiting, otherwise } = this.survey(fiber)
    if (ready.length > 0) return this.commit(fiber, ready[this.fair ? below(fiber, ready.length) : 0]!)
    if (otherwise !== undefined) return Effect.succeed({ _tag: otherwise.name, value: undefined })
    return waiting.length > 0 ? this.wait(fiber) : this.exhausted()
  }

  private survey(fiber: Fiber.Fiber<unknown, unknown>): Survey {
    const found: Survey = { ready: [], waiting: [], otherwise: undefined }
    for (const entry of this.entries) {
      const readiness = entry.clause.poll(fiber)
      if (readiness === "ready" || readiness === "failed") found.ready.push(entry)
      else if (readiness === "waiting") found.waiting.push(entry)
      else if (readiness === "otherwise") found.otherwise ??= entry
    }
    return found
  }

  private commit(fiber: Fiber.Fiber<unknown, unknown>, { name, clause }: Entry): Effect.Effect<Chosen, unknown> {
    // A failure moves nothing, so it need not be one step with what follows.
    if (clause.poll(fiber) === "failed") return Effect.map(clause.commit(fiber), (value) => ({ _tag: name, value }))
    if (clause.commitMasked !== undefined) return this.commitMasked(name, clause)
    return inOneStep(
      (now) => {
        if (tellFirst(now) || clause.poll(now) !== "ready") retreat()
        const exit = clause.commit(now)
        return Exit.isSuccess(exit) ? { _tag: name, value: exit.value } : retreat()
      },
      () => this.look
    )
  }

  /** What it sees to after the commit is done whatever happens. */
  private commitMasked(name: string, clause: Clause<unknown, unknown>): Effect.Effect<Chosen, unknown> {
    const masked = Effect.withFiber((now): Effect.Effect<Chosen | undefined, unknown> => {
      if (tellFirst(now) || clause.poll(now) !== "ready") return Effect.undefined
      return Effect.map(clause.commitMasked!(now), (value) => ({ _tag: name, value }))
    })
    return Effect.flatMap(Effect.uninterruptible(masked), (chosen) =>
      chosen === undefined ? this.look : Effect.succeed(chosen)
    )
  }

  private wait(fiber: Fiber.Fiber<unknown, unknown>): Effect.Effect<Chosen, unknown> {
    return Effect.callback<Chosen, unknown>((resume) => {
      const { ready, waiting } = this.survey(fiber)
      // The scheduler may have run others since the last look.
      if (ready.length > 0 || waiting.length === 0) return resume(this.look)
      const selection = new Selection(fiber, resume, () => this.exhausted())
      for (const { name, clause } of this.inLine(fiber, waiting)) selection.register(name, clause)
      if (selection.node?.observed !== undefined)
        selection.announce(`one of ${waiting.map(({ name }) => name).join(", ")}`)
      return Effect.suspend(() => selection.leave(() => selection.withdrawAll()))
    })
  }

  /** Clauses that stand in one line do so in random order: neither wins always. */
  private inLine(fiber: Fiber.Fiber<unknown, unknown>, waiting: ReadonlyArray<Entry>): ReadonlyArray<Entry> {
    const lines = waiting.flatMap(({ clause }) => (clause.line === undefined ? [] : [clause.line]))
    if (!this.fair || new Set(lines).size === lines.length) return waiting
    const order = [...waiting]
    for (let i = order.length - 1; i > 0; i--) {
      const j = below(fiber, i + 1)
      const kept = order[i]!
      order[i] = order[j]!
      order[j] = kept
    }
    return order
  }

  private exhausted(): Exit.Exit<never> {
    const names = this.entries.map(({ name }) => name).join(", ")
    const which = names === "" ? "it has no clauses" : `what its clauses (${names}) wait for has ended`
    return Exit.die(
      new Error(
        `this select can never commit: ${which}. Add an \`ended\` clause for a channel that may end, or \`otherwise\`.`
      )
    )
  }
}

const below = (fiber: Fiber.Fiber<unknown, unknown>, bound: number): number =>
  Math.min(bound - 1, Math.floor(fiber.getRef(Random.Random).nextDoubleUnsafe() * bound))
