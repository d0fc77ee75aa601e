/**
 * The limits of a keyed limit. States of a key, and what is true in each:
 *   unknown   it has no entry.
 *   in use    `users` counts those who wait for its limit or are let in; it is more than 0.
 *   resting   nobody uses it, but of its limit something is borrowed still: a rate counts past starts. It stands among
 *             `resting`.
 *
 * No timer forgets a resting key: each use of any key looks at two that rest, so there are never many more of them than
 * are owed something.
 */
import { type Figured, type OpenResource, openResource } from "@ferrule/runtime"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type { Limit } from "../Limit.ts"

interface Entry {
  readonly key: string
  readonly limit: Limit
  users: number
}

const looks = 2

export class LimitsByKey implements Figured {
  /** Set if somebody watches. */
  readonly resource: OpenResource | undefined
  private readonly make: (key: string) => Effect.Effect<Limit>
  private readonly entries = new Map<string, Entry>()
  /** The one that was looked at last stands last. */
  private readonly resting = new Set<Entry>()

  constructor(
    fiber: Fiber.Fiber<unknown, unknown>,
    make: (key: string) => Effect.Effect<Limit>,
    name: string | undefined
  ) {
    this.make = make
    this.resource = openResource(fiber, "keyed limit", name, this)
  }

  get figures(): Readonly<Record<string, number | string>> {
    return { keys: this.entries.size, resting: this.resting.size }
  }

  /** Runs `self` through the limit of the key. */
  through<A, E, R>(key: string, self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.suspend(() => {
      let used: Entry | undefined
      const use = (entry: Entry): Effect.Effect<A, E, R> => {
        used = entry
        this.enter(entry)
        return entry.limit(self)
      }
      // Between the step that enters and the limit others may run, and may cancel.
      return Effect.onExitPrimitive(
        Effect.suspend(() => {
          const known = this.entries.get(key)
          return known === undefined ? Effect.flatMap(this.make(key), (limit) => use(this.add(key, limit))) : use(known)
        }),
        () => (used === undefined ? undefined : this.leave(used))
      )
    })
  }

  /** Others may have made one while this was made: then theirs counts. */
  private add(key: string, limit: Limit): Entry {
    const entry = this.entries.get(key) ?? { key, limit, users: 0 }
    this.entries.set(key, entry)
    return entry
  }

  private enter(entry: Entry): void {
    entry.users++
    this.resting.delete(entry)
  }

  private leave(entry: Entry): Effect.Effect<void> | undefined {
    if (--entry.users > 0) return undefined
    this.resting.add(entry)
    const some = [entry]
    for (const resting of this.resting) {
      if (some.length > looks) break
      if (resting !== entry) some.push(resting)
    }
    return Effect.forEach(some, (resting) => this.forgetIfIdle(resting), { discard: true })
  }

  private forgetIfIdle(entry: Entry): Effect.Effect<void> {
    return Effect.map(entry.limit.borrowed, (borrowed) => {
      // Others may have used it, or have forgotten it, before this step.
      if (entry.users > 0 || this.entries.get(entry.key) !== entry) return
      this.resting.delete(entry)
      if (borrowed > 0) this.resting.add(entry)
      else this.entries.delete(entry.key)
    })
  }
}
