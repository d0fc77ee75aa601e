import { Effect } from "effect"
import { CancelScope, TaskGroup, Timeout } from "ferrule"

type Any = Effect.Effect<any, any, any>

/** A program, and what it looks like, so that one that fails can be read. */
interface Program {
  readonly run: Any
  readonly text: string
}

/** What a random program does to itself, and what it found wrong. */
class World {
  begun = 0
  cleanedUp = 0
  readonly wrong: Array<string> = []
  readonly scopes: Array<CancelScope.CancelScope> = []
  readonly tasks: Array<TaskGroup.Task<unknown, unknown>> = []
  readonly groups: Array<TaskGroup.TaskGroup> = []

  /** Counts that `self` begins, and that its cleanup, which waits, runs once to its end. */
  tracked(self: Any): Any {
    return Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        this.begun++
        return Effect.ensuring(
          restore(self),
          Effect.andThen(
            Effect.yieldNow,
            Effect.sync(() => void this.cleanedUp++)
          )
        )
      })
    )
  }

  /** A group that is checked to end after its tasks. */
  group(options: TaskGroup.Options<string>, tasks: ReadonlyArray<RandomTask>, supervised: boolean): Any {
    return Effect.suspend(() => {
      let alive = 0
      const counted = (task: Any): Any =>
        Effect.uninterruptibleMask((restore) =>
          Effect.suspend(() => {
            alive++
            return Effect.ensuring(
              restore(task),
              Effect.sync(() => void alive--)
            )
          })
        )
      const { groups, tasks: known } = this
      const body = function* (group: TaskGroup.TaskGroup) {
        groups.push(group)
        for (const { program, join, ...how } of tasks) {
          const task: TaskGroup.Task<unknown, unknown> = yield* group.spawn(counted(program.run), how)
          known.push(task)
          if (join) yield* task.await
        }
      }
      const run: Any = supervised
        ? TaskGroup.supervised(options, body, () => Effect.yieldNow)
        : TaskGroup.run(options, body)
      return Effect.onExit(run, () =>
        Effect.sync(() => {
          if (alive !== 0) this.wrong.push(`a group ended before ${alive} of its tasks`)
        })
      )
    })
  }
}

interface RandomTask {
  readonly program: Program
  readonly immediate: boolean
  readonly daemon: boolean
  readonly join: boolean
}

/** Makes a program out of everything the packages offer, nested up to a depth. */
class Maker {
  private readonly random: () => number
  private readonly world: World

  constructor(random: () => number, world: World) {
    this.random = random
    this.world = world
  }

  private below(n: number): number {
    return Math.floor(this.random() * n)
  }

  private chance(p: number): boolean {
    return this.random() < p
  }

  private pick<A>(list: ReadonlyArray<A>): A {
    return list[this.below(list.length)]!
  }

  /** `masked` programs wait for nothing that might never come: nobody could end them. */
  program(depth: number, masked: boolean): Program {
    if (depth === 0 || this.chance(0.25))
      return this.pick([() => this.step(), () => this.act(), () => this.wait(masked)])()
    return this.pick([
      () => this.region(depth, masked),
      () => this.list(depth, masked),
      () => this.group(depth, masked),
      () => this.group(depth, masked),
      () => this.sequence(depth, masked)
    ])()
  }

  private step(): Program {
    return this.pick<Program>([
      { text: "nothing", run: Effect.void },
      { text: "yield", run: Effect.yieldNow },
      { text: "cleanup", run: this.world.tracked(Effect.yieldNow) },
      { text: "fail", run: Effect.fail("e") },
      { text: "yield, fail", run: Effect.andThen(Effect.yieldNow, Effect.fail("e")) }
    ])
  }

  /** Does something to a scope, task or group that was there before, wherever it is. */
  private act(): Program {
    const { world } = this
    const at = this.below(8)
    const to = <T>(things: ReadonlyArray<T>, act: (thing: T) => Any): Any =>
      Effect.suspend(() => (things.length === 0 ? Effect.yieldNow : act(things[at % things.length]!)))
    return this.pick<Program>([
      { text: `cancel scope ${at}`, run: to(world.scopes, (scope) => scope.cancel("c")) },
      {
        text: `cancel scope ${at} at once`,
        run: to(world.scopes, (scope) => Effect.sync(() => scope.cancelUnsafe("u")))
      },
      { text: `unshield scope ${at}`, run: to(world.scopes, (scope) => scope.setShield(false)) },
      { text: `cancel task ${at}`, run: to(world.tasks, (task) => task.cancel("t")) },
      { text: `cancel tasks of group ${at}`, run: to(world.groups, (group) => group.cancelTasks("g")) },
      { text: `spawn into group ${at}`, run: to(world.groups, (group) => group.spawn(world.tracked(Effect.yieldNow))) }
    ])
  }

  private wait(masked: boolean): Program {
    if (masked) return this.step()
    const { world } = this
    const at = this.below(8)
    const task = (wait: (task: TaskGroup.Task<unknown, unknown>) => Any): Any =>
      Effect.suspend(() => (world.tasks.length === 0 ? Effect.yieldNow : wait(world.tasks[at % world.tasks.length]!)))
    const signalled = CancelScope.run("signalled", (scope) => {
      world.scopes.push(scope)
      return Effect.callback<void>((resume) => scope.signal.addEventListener("abort", () => resume(Effect.void)))
    })
    return this.pick<Program>([
      { text: "for ever", run: world.tracked(Effect.never) },
      { text: "for a signal", run: signalled },
      { text: `for task ${at}`, run: task((it) => it.await) },
      { text: `join task ${at}`, run: task((it) => it.join) }
    ])
  }

  private region(depth: number, masked: boolean): Program {
    const [open, closed] = [this.program(depth - 1, masked), this.program(depth - 1, true)]
    const scope = CancelScope.run("scope", (scope) => {
      this.world.scopes.push(scope)
      return open.run
    })
    return this.pick<Program>([
      { text: `scope(${open.text})`, run: scope },
      { text: `scope(${open.text})`, run: scope },
      { text: `shield(${closed.text})`, run: CancelScope.shield(closed.run) },
      { text: `masked(${closed.text})`, run: Effect.uninterruptible(closed.run) },
      { text: `no time for(${open.text})`, run: Timeout.moveOnAfter(open.run, 0) },
      { text: `time for(${open.text})`, run: Timeout.moveOnAfter(open.run, "1 hour") }
    ])
  }

  private list(depth: number, masked: boolean): Program {
    const [a, b] = [this.program(depth - 1, masked), this.program(depth - 1, masked)]
    const grow = (n: number, add: (...items: ReadonlyArray<number>) => Effect.Effect<void>) =>
      Effect.andThen(n < 5 ? add(2 * n, 2 * n + 1) : Effect.void, a.run)
    return this.pick<Program>([
      { text: `all(${a.text}; ${b.text})`, run: TaskGroup.all([a.run, b.run]) },
      {
        text: `race(${a.text}; ${b.text})`,
        run: TaskGroup.firstSuccess([a.run, b.run], { discard: () => Effect.yieldNow })
      },
      { text: `each(${a.text})`, run: TaskGroup.forEach([1, 2, 3], () => a.run, { limit: 2 }) },
      { text: `work(${a.text})`, run: TaskGroup.workList([1], grow, { limit: 2 }) }
    ])
  }

  private group(depth: number, masked: boolean): Program {
    const tasks = Array.from({ length: 1 + this.below(4) }, (): RandomTask => {
      const daemon = this.chance(0.2)
      const program = this.program(depth - 1, masked)
      return { program, daemon, immediate: this.chance(0.3), join: !daemon && this.chance(0.3) }
    })
    const options = this.chance(0.3) ? { name: "group", limit: 1 + this.below(2) } : { name: "group" }
    const supervised = this.chance(0.2)
    const flags = ({ immediate, daemon, join }: RandomTask) =>
      (immediate ? "!" : "") + (daemon ? "D" : "") + (join ? "J" : "")
    const text = tasks.map((task) => task.program.text + flags(task)).join("; ")
    return {
      text: `${supervised ? "supervised" : "group"}${options.limit ?? ""}(${text})`,
      run: this.world.group(options, tasks, supervised)
    }
  }

  private sequence(depth: number, masked: boolean): Program {
    const [a, b, c] = [this.program(depth - 1, masked), this.program(depth - 1, masked), this.program(depth - 1, true)]
    return this.pick<Program>([
      { text: `(${a.text}, ${b.text})`, run: Effect.andThen(a.run, b.run) },
      { text: `catch(${a.text})`, run: Effect.catchCause(a.run, () => Effect.yieldNow) },
      { text: `(${a.text}) and then cleanup(${c.text})`, run: Effect.ensuring(a.run, Effect.ignore(c.run)) }
    ])
  }
}

/** A random program, what it looks like, and the world that it acts on. */
export const randomProgram = (random: () => number) => {
  const world = new World()
  const { run, text } = new Maker(random, world).program(4, false)
  // Sound: nothing that it is made of requires a service.
  return { run: run as Effect.Effect<unknown, unknown>, text, world }
}
