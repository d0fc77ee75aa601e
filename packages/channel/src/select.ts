import {
  type Chosen,
  type Clause,
  goesOnAtOnce,
  inOneStep,
  primitive,
  type Readiness,
  retreat,
  Selection,
  type Step,
  tellFirst,
  waitText
} from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
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
): Effect.Effect<Selected<C>, SelectE<C>> => {
  const entries = Object.entries(clauses).map(([name, clause]) => ({ name, clause }))
  const fair = options?.order !== "priority"
  // Sound: a name and its value come from one entry of `clauses`, and errors from its clauses.
  return (
    entries.some(({ clause }) => clause.begin !== undefined)
      ? Effect.withFiber((fiber) => new Select(begun(entries, fiber), fair).look)
      : new Select(entries, fair).look
  ) as Effect.Effect<Selected<C>, SelectE<C>>
}

const begun = (entries: ReadonlyArray<Entry>, fiber: Fiber.Fiber<unknown, unknown>): ReadonlyArray<Entry> =>
  entries.map(({ name, clause }) => ({ name, clause: clause.begin?.(fiber) ?? clause }))

interface Entry {
  readonly name: string
  readonly clause: Clause<unknown, unknown>
}

/** A select that can be run: clauses that depend on when it starts have begun. */
class Select {
  private readonly entries: ReadonlyArray<Entry>
  private readonly fair: boolean
  /** Two clauses, or more, stand in one line. */
  private readonly crowded: boolean
  /** What `find` and `survey` have found: kept, for it is used within one step. */
  private readiness: Readiness = "never"
  private readonly ready: Array<Entry> = []
  private readonly waiting: Array<Entry> = []
  private otherwise: Entry | undefined = undefined
  readonly look: Effect.Effect<Chosen, unknown>
  private readonly wait: Effect.Effect<Chosen, unknown>

  constructor(entries: ReadonlyArray<Entry>, fair: boolean) {
    this.entries = entries
    this.fair = fair
    const lines = entries.flatMap(({ clause }) => (clause.line === undefined ? [] : [clause.line]))
    this.crowded = new Set(lines).size < lines.length
    this.look = looking(this, undefined, undefined)
    this.wait = Effect.callback((resume) => this.stand(Fiber.getCurrent()!, resume))
  }

  choose(fiber: Fiber.Fiber<unknown, unknown>): Effect.Effect<Chosen, unknown> {
    const ready = this.find(fiber)
    if (ready !== undefined) return this.commit(fiber, ready)
    const { otherwise } = this
    if (otherwise !== undefined) return Effect.succeed({ _tag: otherwise.name, value: undefined })
    return this.waiting.length > 0 ? this.wait : this.exhausted()
  }

  /** In a generator it needs the run loop only to wait, to fail, or for what has something to see to afterwards. */
  inPlace(step: Step<Chosen, unknown, never>, fiber: Fiber.Fiber<unknown, unknown>): boolean {
    if (tellFirst(fiber)) return false
    const found = this.find(fiber)
    if (found === undefined) return this.otherwise === undefined && this.waiting.length > 0 && step.wait(this.wait)
    const { clause, name } = found
    if (this.readiness !== "ready" || clause.commitMasked !== undefined) return false
    const exit = clause.commit(fiber)
    return Exit.isSuccess(exit)
      ? step.succeed({ _tag: name, value: exit.value })
      : step.wait(Exit.failCause(exit.cause))
  }

  /** The one to commit to, if any can; else `waiting` and `otherwise` say what there is. */
  private find(fiber: Fiber.Fiber<unknown, unknown>): Entry | undefined {
    return (this.fair && this.draw(fiber)) || this.searched(fiber)
  }

  /**
   * Looks at a few, drawn by lot, before all: with many clauses, and most of them ready, that is much less to look at.
   * Whatever is drawn is as likely as any other, so the choice stays uniform among those that are ready.
   */
  private draw(fiber: Fiber.Fiber<unknown, unknown>): Entry | undefined {
    const { entries } = this
    for (let draws = entries.length >> 2; draws > 0; draws--) {
      const entry = entries[below(fiber, entries.length)]!
      this.readiness = entry.clause.poll(fiber)
      if (canCommit(this.readiness)) return entry
    }
    return undefined
  }

  private searched(fiber: Fiber.Fiber<unknown, unknown>): Entry | undefined {
    this.survey(fiber)
    const { ready } = this
    if (ready.length === 0) return undefined
    const entry = ready[this.fair && ready.length > 1 ? below(fiber, ready.length) : 0]!
    this.readiness = entry.clause.poll(fiber)
    return entry
  }

  private survey(fiber: Fiber.Fiber<unknown, unknown>): void {
    this.ready.length = 0
    this.waiting.length = 0
    this.otherwise = undefined
    for (const entry of this.entries) {
      const readiness = entry.clause.poll(fiber)
      if (readiness === "waiting") this.waiting.push(entry)
      else if (canCommit(readiness)) this.ready.push(entry)
      else if (readiness === "otherwise") this.otherwise ??= entry
    }
  }

  private commit(fiber: Fiber.Fiber<unknown, unknown>, { name, clause }: Entry): Effect.Effect<Chosen, unknown> {
    // A failure moves nothing, so it need not be one step with what follows.
    if (this.readiness === "failed") return chosen(name, clause.commit(fiber))
    if (clause.commitMasked !== undefined) return this.commitMasked(name, clause)
    if (goesOnAtOnce(fiber)) return chosen(name, clause.commit(fiber))
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
    // It looks, and commits, in the very step in which the mask begins.
    const masked = Effect.uninterruptibleMask((): Effect.Effect<Chosen | undefined, unknown> => {
      const now = Fiber.getCurrent()!
      if (tellFirst(now) || clause.poll(now) !== "ready") return Effect.undefined
      return Effect.map(clause.commitMasked!(now), (value) => ({ _tag: name, value }))
    })
    return Effect.flatMap(masked, (chosen) => (chosen === undefined ? this.look : Effect.succeed(chosen)))
  }

  private stand(
    fiber: Fiber.Fiber<unknown, unknown>,
    resume: (effect: Effect.Effect<Chosen, unknown>) => void
  ): Effect.Effect<void> | void {
    // The scheduler may have run others since the last look.
    this.survey(fiber)
    if (this.ready.length > 0 || this.waiting.length === 0) return resume(this.look)
    const selection = new Selection(fiber, resume, () => this.exhausted())
    const inLine = this.fair && this.crowded ? shuffled(this.waiting, fiber) : this.waiting
    for (const { name, clause } of inLine) selection.register(name, clause)
    if (selection.node?.observed !== undefined) announce(selection, this.waiting)
    return Effect.suspend(() => selection.leave(() => selection.withdrawAll()))
  }

  private exhausted(): Exit.Exit<never> {
    const names = this.entries.map(({ name }) => name).join(", ")
    const which =
      names === "" ? "it has no clauses" : `each of its clauses (${names}) is off, or waits for what has ended`
    return Exit.die(
      new Error(
        `this select can never commit: ${which}. Add an \`ended\` clause for a channel that may end, or \`otherwise\`.`
      )
    )
  }
}

const looking = primitive(
  (fiber, select: Select): Effect.Effect<Chosen, unknown> => (tellFirst(fiber) ? select.look : select.choose(fiber)),
  (step, fiber, select) => select.inPlace(step, fiber)
)

const canCommit = (readiness: Readiness): boolean => readiness === "ready" || readiness === "failed"

/** Tells whoever watches for what it waits. */
const announce = (selection: Selection, waiting: ReadonlyArray<Entry>): void => {
  const only = waiting.length === 1 ? waiting[0]!.clause.waitsFor : undefined
  if (only !== undefined) return selection.waitsFor(only.kind, only.what)
  const texts = waiting.map(({ name, clause: { waitsFor } }) =>
    waitsFor === undefined ? name : `${name} (${waitText(waitsFor.kind, waitsFor.what)})`
  )
  selection.waitsFor(`one of ${texts.join(", ")}`, undefined)
}

const chosen = (name: string, exit: Exit.Exit<unknown, unknown>): Exit.Exit<Chosen, unknown> =>
  Exit.isSuccess(exit) ? Exit.succeed({ _tag: name, value: exit.value }) : Exit.failCause(exit.cause)

/** Clauses that stand in one line do so in random order: neither wins always. */
const shuffled = (entries: ReadonlyArray<Entry>, fiber: Fiber.Fiber<unknown, unknown>): ReadonlyArray<Entry> => {
  const order = [...entries]
  for (let i = order.length - 1; i > 0; i--) {
    const j = below(fiber, i + 1)
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  return order
}

const below = (fiber: Fiber.Fiber<unknown, unknown>, bound: number): number =>
  Math.min(bound - 1, Math.floor(fiber.getRef(Random.Random).nextDoubleUnsafe() * bound))
