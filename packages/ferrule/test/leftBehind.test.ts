import { VirtualClock } from "@ferrule/testing"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, type Scope } from "effect"
import { CancelScope, Runtime, TaskGroup } from "ferrule"
import { randomFrom } from "./support/Preempting.ts"

type Program = Effect.Effect<unknown, number>

/** A random program of groups and scopes, most with a cleanupTimeout, and what happens in it. */
class World {
  /** Every failure that was raised, by its number. */
  readonly raised: Array<number> = []
  readonly acquired: Array<number> = []
  readonly released: Array<number> = []
  /** What the failure hook was told: failures, by their numbers, and how many were left behind. */
  readonly reported: Array<unknown> = []
  left = 0
  private next = 0
  private readonly random: () => number

  constructor(seed: number) {
    this.random = randomFrom(seed)
  }

  private below(bound: number): number {
    return Math.floor(this.random() * bound)
  }

  private one<A>(...of: ReadonlyArray<() => A>): A {
    return of[this.below(of.length)]!()
  }

  private get pause(): Effect.Effect<void> {
    const millis = [0, 1, 5, 5, 10, 20, 40, 80][this.below(8)]!
    return millis === 0 ? Effect.void : Effect.sleep(millis)
  }

  private raise(fail: boolean): Program {
    const id = this.next++
    return Effect.suspend(() => {
      this.raised.push(id)
      return fail ? Effect.fail(id) : Effect.die(id)
    })
  }

  private get cleanup(): Effect.Effect<void> {
    const { pause } = this
    // Sound: it dies, and does not fail.
    const dies = () => Effect.andThen(pause, this.raise(false)) as Effect.Effect<void>
    return this.one(
      () => pause,
      () => pause,
      dies
    )
  }

  private get resource(): Effect.Effect<unknown, never, Scope.Scope> {
    const id = this.next++
    const { cleanup } = this
    const release = Effect.ensuring(
      cleanup,
      Effect.sync(() => this.released.push(id))
    )
    return Effect.acquireRelease(
      Effect.sync(() => this.acquired.push(id)),
      () => release
    )
  }

  private get end(): Program {
    return this.one<Program>(
      () => Effect.void,
      () => this.raise(true),
      () => this.raise(false)
    )
  }

  private get leaf(): Program {
    const { cleanup, end, pause } = this
    return this.one<Program>(
      () => Effect.andThen(pause, end),
      () => Effect.uninterruptible(Effect.andThen(pause, end)),
      () => Effect.onInterrupt(Effect.sleep(200), () => cleanup),
      () => Effect.ensuring(pause, cleanup),
      // Sound: the group around it gives it a scope.
      () => Effect.andThen(this.resource, Effect.andThen(pause, end)) as Program
    )
  }

  private get options(): { readonly name: string; readonly cleanupTimeout?: number } {
    const name = `${this.next++}`
    return this.one<{ readonly name: string; readonly cleanupTimeout?: number }>(
      () => ({ name }),
      ...[0, 5, 10, 30].map((cleanupTimeout) => () => ({ name, cleanupTimeout }))
    )
  }

  program(depth: number): Program {
    if (depth === 0) return this.leaf
    const inner = () => this.program(depth - 1)
    return this.one<Program>(
      () => this.leaf,
      () => Effect.andThen(inner(), inner()),
      () => this.scope(inner()),
      () => this.group(inner(), [inner(), inner()]),
      () => this.group(inner(), [inner(), inner(), inner()])
    )
  }

  private scope(body: Program): Program {
    const timeout = [{}, { timeout: 5 }, { timeout: 20 }][this.below(3)]
    return CancelScope.run({ ...this.options, ...timeout }, () => body)
  }

  group(body: Program, tasks: ReadonlyArray<Program>): Program {
    const { options, pause } = this
    const last = this.below(4)
    const daemons = tasks.map(() => this.below(4) === 0)
    return TaskGroup.run(options, function* (group) {
      const spawned: Array<TaskGroup.Task<unknown, number>> = []
      for (const [i, task] of tasks.entries()) spawned.push(yield* group.spawn(task, { daemon: daemons[i]! }))
      yield* body
      yield* pause
      if (last === 0) yield* spawned[0]!.cancelAndWait()
      if (last === 1) yield* group.close({ drain: 5 })
    })
  }

  hear({ kind, cause }: Runtime.Report): void {
    if (kind === "left behind") this.left++
    else this.reported.push(...cause.reasons.map(idOf))
  }
}

const idOf = (reason: Cause.Reason<unknown>): unknown =>
  Cause.isFailReason(reason) ? reason.error : Cause.isDieReason(reason) ? reason.defect : undefined

const sorted = (ids: ReadonlyArray<number>) => ids.toSorted((a, b) => a - b)

/** Runs the program of a seed to its end, and on until all that it left behind has ended, too. */
const trial = (seed: number) =>
  Effect.gen(function* () {
    const world = new World(seed * 7919)
    const program = world.group(world.program(3), [world.program(2)])
    let seen: ReadonlyArray<unknown> = []
    let inTime = 0
    const whole = Effect.gen(function* () {
      const exit = yield* Effect.exit(program)
      seen = Exit.isFailure(exit) ? CancelScope.failures(exit.cause).map(({ reason }) => idOf(reason)) : []
      inTime = world.reported.length
      yield* Effect.sleep("1 hour")
    }).pipe(Effect.provideService(Runtime.failureHook, (report) => Effect.sync(() => world.hear(report))))
    const { problem } = yield* VirtualClock.observe(whole, { seed })
    const told = new Set([...seen, ...world.reported])
    expect({
      seed,
      problem,
      lost: world.raised.filter((id) => !told.has(id)),
      twice: world.reported.filter((id, i) => world.reported.indexOf(id) !== i),
      released: sorted(world.released)
    }).toEqual({ seed, problem: undefined, lost: [], twice: [], released: sorted(world.acquired) })
    return { left: world.left, late: world.reported.length - inTime }
  })

it.effect("whatever is left behind, a program ends, releases once what it acquired, and loses no failure", () =>
  Effect.gen(function* () {
    const seeds = Array.from({ length: 1000 }, (_, i) => i + 1)
    const ended = yield* Effect.forEach(seeds, trial)
    // The programs are not trivial: much is left behind, and much of it fails later.
    expect(ended.reduce((sum, { left }) => sum + left, 0)).toBeGreaterThan(1000)
    expect(ended.reduce((sum, { late }) => sum + late, 0)).toBeGreaterThan(500)
  })
)
