/** The user's Scheduler stays: every fiber of this library runs on the one that the program was given. */
import { Context, Effect, Scheduler } from "effect"
import { CancelScope, TaskGroup, Timeout } from "ferrule"
import { expect, type Run } from "../Run.ts"
import { figures, watched } from "../watched.ts"

/** Deeper than what runs on one stack. */
const depth = 3000

/** A group, its task, a scope in it, a timeout in that, and so on. */
const levels = (look: Effect.Effect<void>): Effect.Effect<void> => {
  const around = (left: number): Effect.Effect<void> =>
    Effect.orDie(
      TaskGroup.run("group", function* (group) {
        yield* look
        const inside = Effect.suspend(() => (left === 1 ? Effect.yieldNow : around(left - 1)))
        const scope = CancelScope.run("scope", () =>
          Effect.andThen(look, Timeout.failAfter(Effect.andThen(look, inside), "1 hour"))
        )
        yield* group.spawn(Effect.andThen(look, scope))
      })
    )
  return around(depth)
}

/** Runs the levels under the scheduler, or with none given; each of their places has to see it. */
const seesOnly = async (expected: Scheduler.Scheduler, given: Scheduler.Scheduler | undefined): Promise<number> => {
  let looks = 0
  let others = 0
  const look = Effect.withFiber((fiber) => {
    looks++
    if (fiber.getRef(Scheduler.Scheduler) !== expected) others++
    return Effect.void
  })
  await Effect.runPromise(levels(look), given === undefined ? undefined : { scheduler: given })
  expect(looks === 4 * depth, `${4 * depth} places, got ${looks}`)
  expect(others === 0, `the program's own scheduler in every place, ${others} saw another`)
  return looks
}

/** As Effect's own, and counts the tasks that it is given. */
const counting = () => {
  const scheduler = new Scheduler.MixedScheduler()
  const makeDispatcher = scheduler.makeDispatcher.bind(scheduler)
  const counted = { scheduler, tasks: 0 }
  scheduler.makeDispatcher = () => {
    const dispatcher = makeDispatcher()
    const scheduleTask = dispatcher.scheduleTask.bind(dispatcher)
    dispatcher.scheduleTask = (task, priority) => {
      counted.tasks++
      scheduleTask(task, priority)
    }
    return dispatcher
  }
  return counted
}

export const schedulerRuns: ReadonlyArray<Run> = [
  {
    name: "same-scheduler",
    claim: "in groups, tasks, scopes and timeouts the Scheduler is the one that the program was given",
    seconds: { long: 60, short: 60 },
    go: async (_size, say) => {
      const [looks, seen] = await watched(() => seesOnly(Context.get(Context.empty(), Scheduler.Scheduler), undefined))
      say(figures("places under Effect's own scheduler", looks, seen))
      const own = counting()
      const [looksOfOwn, seenOfOwn] = await watched(() => seesOnly(own.scheduler, own.scheduler))
      say(figures("places under a scheduler of the user's", looksOfOwn, seenOfOwn))
      expect(own.tasks > depth, `the user's scheduler to be given the wake-ups, it got ${own.tasks}`)
    }
  }
]
