/**
 * A token goes round a ring of tasks; who holds it when its hops are used up says so. And a chain in which a value is
 * handed from one end to the other. Thread-ring of the benchmarks game, and a test of Go's.
 */
import { Array, Effect } from "effect"
import { Channel, TaskGroup } from "ferrule"

/** The number of the task that has the token after so many hops; it starts at task 1. */
export const ring = (size: number, hops: number) =>
  TaskGroup.run("ring", function* (group) {
    const links = yield* Effect.all(Array.makeBy(size, (i) => Channel.make<number>(`to ${i + 1}`)))
    const holder = yield* Channel.oneshot<number>("holder")
    for (const [i, { receiver }] of links.entries()) {
      const next = links[(i + 1) % size]!.sender
      const pass = receiver.forEach((left) => (left === 0 ? holder.sender.send(i + 1) : next.send(left - 1)))
      yield* group.spawn(pass, { name: `task ${i + 1}`, daemon: true })
    }
    yield* links[0].sender.send(hops)
    return yield* holder.receiver.receive
  })

/** Hands `value` through so many tasks, each of which takes it from its neighbour, and gives what comes out. */
export const chain = <A>(length: number, value: A) =>
  TaskGroup.run("chain", function* (group) {
    const leftmost = yield* Channel.make<A>("leftmost")
    let left = leftmost
    for (let i = 0; i < length; i++) {
      const right = yield* Channel.make<A>(`link ${i}`)
      yield* group.spawn(Effect.flatMap(right.receiver.receive, left.sender.send))
      left = right
    }
    yield* group.spawn(left.sender.send(value))
    return yield* leftmost.receiver.receive
  })

if (import.meta.main) {
  console.log("1,000 hops end at task", await Effect.runPromise(ring(503, 1000)))
  console.log("10,000 hops end at task", await Effect.runPromise(ring(503, 10_000)))
  console.log("out of a chain of 10,000 comes", await Effect.runPromise(chain(10_000, 1)))
}
// => 1,000 hops end at task 498
// => 10,000 hops end at task 444
// => out of a chain of 10,000 comes 1
