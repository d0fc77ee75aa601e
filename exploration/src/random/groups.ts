/** Random programs over one group in a scope: every cleanup runs once, and nothing outlives the group. */
import { Cause, Effect, Exit } from "effect"
import { CancelScope, TaskGroup, Timeout } from "ferrule"
import fc from "fast-check"
import { Life } from "../Life.ts"
import { program } from "../Program.ts"
import { randomPrograms, tasksOf } from "./randomPrograms.ts"
import { runTasks } from "./runTasks.ts"

const steps = [
  "spawn",
  "spawnAtOnce",
  "spawnFailing",
  "spawnSleeper",
  "spawnDaemon",
  "trySpawn",
  "start",
  "joinLast",
  "cancelLast",
  "cancelLastAndWait",
  "cancelTasks",
  "close",
  "drain",
  "cancelScope",
  "limitOne",
  "late",
  "sleep"
] as const
type Step = (typeof steps)[number]

const samples = fc.record({
  limit: fc.constantFrom(undefined, undefined, 1, 2),
  timeout: fc.constantFrom(undefined, undefined, 1),
  tasks: tasksOf<Step>(fc.constantFrom(...steps))
})

const isTaskCancelled = (defect: unknown): boolean => defect instanceof TaskGroup.TaskCancelled

/** More than any program starts. */
const plenty = 20

const stepsIn = (group: TaskGroup.TaskGroup, scope: CancelScope.CancelScope, life: Life) => {
  let last: TaskGroup.Task<unknown, unknown> | undefined
  const keep = <A, E, R>(spawned: Effect.Effect<TaskGroup.Task<A, E>, never, R>) =>
    Effect.map(spawned, (task) => void (last = task as TaskGroup.Task<unknown, unknown>))
  const ofLast = (act: (task: TaskGroup.Task<unknown, unknown>) => Effect.Effect<unknown, unknown>) =>
    Effect.suspend(() => (last === undefined ? Effect.void : act(last)))
  const short = life.of(Effect.yieldNow)
  const run: Record<Step, Effect.Effect<unknown, unknown, any>> = {
    spawn: keep(group.spawn(short)),
    spawnAtOnce: keep(group.spawn(short, { immediate: true })),
    spawnFailing: keep(group.spawn(life.of(Effect.fail("e")))),
    spawnSleeper: keep(group.spawn(life.of(Effect.sleep(1)))),
    spawnDaemon: group.spawn(life.of(Effect.never), { daemon: true }),
    trySpawn: group.trySpawn(short),
    start: group.start(life.of(Effect.succeed(TaskGroup.ready(1, short)))),
    joinLast: ofLast((task) => task.join),
    cancelLast: ofLast((task) => task.cancel("last")),
    cancelLastAndWait: ofLast((task) => task.cancelAndWait("last")),
    cancelTasks: group.cancelTasks("all"),
    close: group.close(),
    drain: group.close({ drain: 1 }),
    cancelScope: scope.cancel("scope"),
    limitOne: group.setLimit(1),
    late: Timeout.moveOnAfter(group.spawn(short), 1),
    sleep: Effect.sleep(1)
  }
  // Sound: what is left of the requirements are notes of the types.
  return (step: Step) => run[step] as Effect.Effect<unknown, unknown>
}

export const randomGroups = randomPrograms(samples, ({ limit, tasks, timeout }) =>
  program(
    `lives over ${JSON.stringify({ limit, timeout, ...tasks })}`,
    ["S-2", "S-39", "S-42", "S-48", "S-50", "S-51", "S-52", "S-57", "S-58", "S-60"],
    function* (see) {
      const scope = yield* CancelScope.make({ name: "s", ...(timeout === undefined ? {} : { timeout }) })
      const life = new Life(see)
      const group = TaskGroup.supervised(
        { name: "g", ...(limit === undefined ? {} : { limit }) },
        function* (group) {
          const run = stepsIn(group, scope, life)
          yield* runTasks(tasks, run, Effect.void, Effect.andThen(group.setLimit(plenty), group.cancelTasks("rest")))
        },
        () => Effect.void
      )
      const entered = Effect.ensuring(
        group,
        Effect.sync(() => life.over("the group"))
      )
      const exit = yield* Effect.exit(CancelScope.enter(scope)(entered))
      const reasons = Exit.isFailure(exit) ? exit.cause.reasons : []
      // The steps run in fibers of Effect's own, which the body's fiber interrupts when it is told of a cancel. A
      // scheduler may stop it on its way there, and they may see meanwhile that a task was cancelled.
      const others = reasons.filter((reason) => !(Cause.isDieReason(reason) && isTaskCancelled(reason.defect)))
      see.equal(others, [], "a supervised group does not fail with its tasks")
    }
  )
)
