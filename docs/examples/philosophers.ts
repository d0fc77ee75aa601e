/**
 * Ten philosophers sit round a table, think, and eat; between any two lies one fork, and one eats with two. If each takes
 * the left one and then waits for the right one, all wait for ever. Three ways out of that, and the way into it.
 */
import { Array, Effect, Option, Schedule } from "effect"
import { Channel, Sync, TaskGroup } from "ferrule"

type Fork = Sync.Semaphore
type Meal = Effect.Effect<void>
/** How one eats a meal with the fork on the left and that on the right; `seat` is 0 for one of them only. */
export type Manners = (meal: Meal, left: Fork, right: Fork, seat: number) => Meal

/** First the left one, then the right one: sooner or later all sit there with one. */
export const naive: Manners = (meal, left, right) =>
  Effect.andThen(Effect.yieldNow, right.withPermits(1)(meal)).pipe(left.withPermits(1))

/** Forks are taken in one order, the same for all. It is another way round at one seat, and so no circle can close. */
export const ordered: Manners = (meal, left, right, seat) =>
  seat === 0 ? naive(meal, right, left, seat) : naive(meal, left, right, seat)

/** A waiter lets all but one begin. */
export const withWaiter =
  (waiter: Sync.Semaphore): Manners =>
  (meal, left, right, seat) =>
    waiter.withPermits(1)(naive(meal, left, right, seat))

/** Takes whichever fork is there first. If the other is not, it puts that back, and tries again a little later. */
export const polite: Manners = (meal, left, right) =>
  Effect.gen(function* () {
    const either = Channel.select({ left: Sync.acquiring(left), right: Sync.acquiring(right) })
    const first = yield* Effect.acquireRelease(either, ({ value }) => value.release, { interruptible: true })
    const rest = (first._tag === "left" ? right : left).tryAcquire()
    const second = yield* Effect.acquireRelease(rest, (fork) =>
      Option.isSome(fork) ? fork.value.release : Effect.void
    )
    if (Option.isSome(second)) yield* meal
    return Option.isSome(second)
  }).pipe(
    Effect.scoped,
    Effect.repeat({ until: (eaten) => eaten, schedule: Schedule.spaced("1 millis") }),
    Effect.asVoid
  )

/** Each thinks, eats, and thinks again, until it has eaten so often. */
export const dinner = (manners: Manners, forks: ReadonlyArray<Fork>, meals: number, eat: (seat: number) => Meal) =>
  TaskGroup.run("dinner", function* (group) {
    for (const [seat, left] of forks.entries()) {
      const right = forks[(seat + 1) % forks.length]!
      const meal = Effect.delay(manners(eat(seat), left, right, seat), "10 millis")
      yield* group.spawn(Effect.replicateEffect(meal, meals, { discard: true }), `philosopher ${seat}`)
    }
  })

export const forksFor = (seats: number) => Effect.all(Array.makeBy(seats, () => Sync.semaphore(1)))

const program = Effect.gen(function* () {
  const waiter = yield* Sync.semaphore(9)
  for (const [name, manners] of Object.entries({ ordered, withWaiter: withWaiter(waiter), polite })) {
    let [meals, eating, together] = [0, 0, 0]
    const eat = Effect.gen(function* () {
      meals++
      together = Math.max(together, ++eating)
      yield* Effect.sleep("10 millis")
      eating--
    })
    yield* dinner(manners, yield* forksFor(10), 10, () => eat)
    console.log(`${name}: ${meals} meals, never more than five at once: ${together <= 5}`)
  }
})

if (import.meta.main) await Effect.runPromise(program)
// => ordered: 100 meals, never more than five at once: true
// => withWaiter: 100 meals, never more than five at once: true
// => polite: 100 meals, never more than five at once: true
