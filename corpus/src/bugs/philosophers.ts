import { Effect, Semaphore } from "effect"
import type { Misordered } from "../Planted.ts"
import { together } from "../together.ts"

const seats = [0, 1, 2]

/** Which fork philosopher `seat` takes first, and which then. */
type Order = (seat: number) => readonly [number, number]

const leftThenRight: Order = (seat) => [seat, (seat + 1) % seats.length]

const lowerThenHigher: Order = (seat) => (seat === seats.length - 1 ? [0, seat] : leftThenRight(seat))

const dinner = (order: Order) => () =>
  Effect.gen(function* () {
    const forks = yield* Effect.forEach(seats, () => Semaphore.make(1))
    const dine = (seat: number) => {
      const [first, second] = order(seat)
      return forks[first]!.withPermits(1)(forks[second]!.withPermits(1)(Effect.void))
    }
    yield* together(...seats.map(dine))
  })

export const philosophers: Misordered = {
  _tag: "Misordered",
  name: "dining philosophers",
  story: "each philosopher has taken the left fork and waits for the right one",
  failure: "Deadlock",
  strategy: "random",
  within: 100,
  broken: dinner(leftThenRight),
  mended: dinner(lowerThenHigher)
}
