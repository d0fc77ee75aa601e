/** Random programs over one semaphore: permits are free, or with one who was let in, and nobody waits in vain. */
import { Effect, Option } from "effect"
import { Channel, Sync, Timeout } from "ferrule"
import fc from "fast-check"
import { program } from "../Program.ts"
import type { World } from "../World.ts"
import { randomPrograms, tasksOf } from "./randomPrograms.ts"
import { runTasks } from "./runTasks.ts"

const steps = [
  "one",
  "two",
  "oneInTime",
  "twoInTime",
  "scoped",
  "tryOne",
  "select",
  "selectInTime",
  "grow",
  "shrink",
  "sleep"
] as const
type Step = (typeof steps)[number]

const samples = fc.record({
  permits: fc.constantFrom(0, 1, 1, 2),
  tasks: tasksOf<Step>(fc.constantFrom(...steps))
})

/** More than any program takes. */
const plenty = 10

class Users {
  readonly #semaphore: Sync.Semaphore
  readonly #see: World
  #inside = 0
  /** The most that there ever were. */
  #most: number

  constructor(semaphore: Sync.Semaphore, permits: number, see: World) {
    this.#semaphore = semaphore
    this.#most = permits
    this.#see = see
  }

  /** Masked, so that whoever was counted in is counted out. */
  #use(n: number): Effect.Effect<void> {
    const enter = Effect.sync(() => this.#see.that((this.#inside += n) <= this.#most, `at most ${this.#most} are used`))
    const leave = Effect.sync(() => void (this.#inside -= n))
    return Effect.uninterruptible(Effect.andThen(enter, Effect.andThen(Effect.yieldNow, leave)))
  }

  resize(permits: number): Effect.Effect<void> {
    return Effect.suspend(() => {
      if (this.#most === plenty) return Effect.void
      this.#most = Math.max(this.#most, permits)
      return this.#semaphore.resize(permits)
    })
  }

  #selecting(inTime: boolean): Effect.Effect<unknown> {
    const choice = {
      permit: Sync.acquiring(this.#semaphore),
      late: Channel.when(inTime, () => Timeout.after(1))
    }
    return Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(restore(Channel.select(choice)), ({ _tag, value }) =>
        _tag === "permit" ? Effect.ensuring(this.#use(1), value.release) : Effect.void
      )
    )
  }

  run(step: Step): Effect.Effect<unknown> {
    const semaphore = this.#semaphore
    switch (step) {
      case "one":
        return semaphore.withPermits(1)(this.#use(1))
      case "two":
        return Effect.exit(semaphore.withPermits(2)(this.#use(2)))
      case "oneInTime":
        return Timeout.moveOnAfter(semaphore.withPermits(1)(Effect.andThen(this.#use(1), Effect.sleep(1))), 1)
      case "twoInTime":
        return Effect.exit(Timeout.moveOnAfter(semaphore.withPermits(2)(this.#use(2)), 1))
      case "scoped":
        return Effect.scoped(Effect.andThen(semaphore.acquire(), this.#use(1)))
      case "tryOne":
        return Effect.uninterruptibleMask((restore) =>
          Effect.flatMap(restore(semaphore.tryAcquire()), (got) =>
            Option.isSome(got) ? Effect.ensuring(this.#use(1), got.value.release) : Effect.void
          )
        )
      case "select":
      case "selectInTime":
        return this.#selecting(step === "selectInTime")
      case "grow":
        return this.resize(2)
      case "shrink":
        return this.resize(1)
      case "sleep":
        return Effect.sleep(1)
    }
  }
}

export const randomSemaphores = randomPrograms(samples, ({ permits, tasks }) =>
  program(
    `permits over ${JSON.stringify({ permits, ...tasks })}`,
    ["S-150", "S-151", "S-152", "S-154", "S-156"],
    function* (see) {
      const semaphore = yield* Sync.semaphore(permits)
      const users = new Users(semaphore, permits, see)
      const atRest = Effect.map(semaphore.statistics, (now) => {
        see.equal(now.taken, 0, "at rest every permit is free")
        see.that(now.waiting === 0 || now.permits < 2, "nobody waits where there are enough")
      })
      yield* runTasks(tasks, (step) => users.run(step), atRest, users.resize(plenty))
      see.equal(yield* semaphore.statistics, { permits: plenty, taken: 0, waiting: 0 }, "every permit came back")
    }
  )
)
