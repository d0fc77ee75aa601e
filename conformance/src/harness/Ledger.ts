import { Cause, Effect, Exit, type Scope } from "effect"

interface Entry {
  readonly what: string
  opened: number
  closed: number
  /** How often it was cut off, and how often its cleanup began and ended. */
  cut: number
  begun: number
  ended: number
}

/**
 * What a program opens, and whether each of it is closed once; and whatever was cut off, whether its cleanup ran once
 * and to its end.
 */
export class Ledger {
  readonly #entries: Array<Entry> = []
  readonly #open = new Map<unknown, Entry>()
  readonly #wrong: Array<string> = []

  #enter(what: string): Entry {
    const entry: Entry = { what, opened: 1, closed: 0, cut: 0, begun: 0, ended: 0 }
    this.#entries.push(entry)
    return entry
  }

  open(key: unknown, what: string): void {
    if (this.#open.get(key)?.closed === 0) this.#wrong.push(`${what} was opened twice`)
    this.#open.set(key, this.#enter(what))
  }

  close(key: unknown, what: string): void {
    const entry = this.#open.get(key)
    if (entry === undefined) this.#wrong.push(`${what} was closed and was never open`)
    else entry.closed++
  }

  /** Something that is held until the resource scope closes. */
  held(what: string): Effect.Effect<void, never, Scope.Scope> {
    const opened = Effect.sync(() => this.#enter(what))
    return Effect.asVoid(Effect.acquireRelease(opened, (entry) => Effect.sync(() => void entry.closed++)))
  }

  /** Runs `cleanup` when `self` is cut off, and keeps book of both. */
  region<A, E, R, B, E2, R2>(
    what: string,
    self: Effect.Effect<A, E, R>,
    cleanup: () => Effect.Effect<B, E2, R2>
  ): Effect.Effect<A, E | E2, R | R2> {
    return Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        const entry = this.#enter(what)
        const counted = Effect.suspend(() => {
          entry.begun++
          return Effect.onExit(cleanup(), () => Effect.sync(() => void entry.ended++))
        })
        return Effect.onExit(restore(self), (exit) => {
          entry.closed++
          if (!Exit.isFailure(exit) || !Cause.hasInterrupts(exit.cause)) return Effect.void
          entry.cut++
          return counted
        })
      })
    )
  }

  /** What is wrong when the program has ended, one line each. */
  get problems(): ReadonlyArray<string> {
    const wrong = [...this.#wrong]
    for (const { what, opened, closed, cut, begun, ended } of this.#entries) {
      if (closed !== opened) wrong.push(`${what} was closed ${closed} times`)
      if (begun !== cut || ended !== cut) {
        wrong.push(`${what} was cut off ${cut} times, its cleanup began ${begun} times and ended ${ended} times`)
      }
    }
    return wrong
  }
}
