/**
 * Relays: each task waits for the one before it, so that one event goes through as many waits as there are tasks. All
 * tasks of a chain live at once, so a chain is as long as memory allows, and there are as many as make a million.
 */
import { Effect } from "effect"
import { Channel, TaskGroup } from "ferrule"
import { expect, type Run } from "../Run.ts"
import { Tally } from "../Tally.ts"
import { figures, watched } from "../watched.ts"

/** Waits for ever, and counts that it does. */
const waiting = (begun: () => void): Effect.Effect<never> =>
  Effect.suspend(() => {
    begun()
    return Effect.never
  })

/** Each task joins the one before it; the first waits until all do. */
const joins = (length: number): Effect.Effect<number> =>
  TaskGroup.run("joins", function* (group) {
    const gate = yield* Channel.make<number>("gate")
    let begun = 0
    const first = yield* group.spawn(Effect.orDie(gate.receiver.receive))
    let last: TaskGroup.Task<number, never> = first
    for (let link = 1; link < length; link++) {
      const before = last
      const joining = Effect.suspend(() => {
        begun++
        return Effect.map(before.join, (count) => count + 1)
      })
      last = yield* group.spawn(joining)
    }
    while (begun < length - 1) yield* Effect.yieldNow
    yield* Effect.orDie(gate.sender.send(1))
    return yield* last.join
  })

/** The set-up of each task starts the next and waits until that is ready; the innermost is ready when all have begun. */
const readiness = (length: number): Effect.Effect<number> =>
  TaskGroup.run("readiness", function* (group) {
    const setup = (link: number): Effect.Effect<TaskGroup.Ready<number, void, never, never>> =>
      link === length
        ? Effect.succeed(TaskGroup.ready(1, Effect.void))
        : Effect.suspend(() =>
            Effect.map(group.start(setup(link + 1)), ({ value }) => TaskGroup.ready(value + 1, Effect.void))
          )
    const { value } = yield* group.start(setup(1))
    return value
  })

/** The cleanup of each task cancels the next one. */
const cancels = (length: number): Effect.Effect<number> =>
  Effect.gen(function* () {
    const cleanups = new Tally("cleanups", length)
    yield* TaskGroup.run("cancels", function* (group) {
      const tasks: Array<TaskGroup.Task<never, never>> = []
      let begun = 0
      for (let link = 0; link < length; link++) {
        const next = Effect.suspend(() => {
          cleanups.add(link)
          return tasks[link + 1]?.cancel("relay") ?? Effect.void
        })
        tasks.push(
          yield* group.spawn(
            Effect.onInterrupt(
              waiting(() => begun++),
              () => next
            )
          )
        )
      }
      while (begun < length) yield* Effect.yieldNow
      yield* tasks[0]!.cancel("relay")
    })
    cleanups.check()
    return length
  })

/** Each task receives from the one before it and sends to the next. */
const handOvers = (length: number): Effect.Effect<number> =>
  TaskGroup.run("hand-overs", function* (group) {
    const gate = yield* Channel.make<number>("first")
    let { receiver } = gate
    for (let link = 1; link < length; link++) {
      const before = receiver
      const next = yield* Channel.make<number>("next")
      const passOn = Effect.flatMap(before.receive, (count) => next.sender.send(count + 1))
      yield* group.spawn(Effect.orDie(passOn))
      receiver = next.receiver
    }
    yield* Effect.orDie(gate.sender.send(1))
    return yield* Effect.orDie(receiver.receive)
  })

const total = 1_000_000

/** A chain of a task that waits takes 3 to 6 kB a link; a process has 3 GB. */
const relay = (name: string, what: string, length: number, chain: (length: number) => Effect.Effect<number>): Run => ({
  name: `relay-${name}`,
  claim: `1,000,000 ${what}, in chains of ${length.toLocaleString("en")}`,
  seconds: { long: 300, short: 120 },
  go: async (size, say) => {
    const [chains, links] = size === "long" ? [total / length, length] : [1, 100_000]
    const [counted, seen] = await watched(async () => {
      let counted = 0
      for (let round = 0; round < chains; round++) counted += await Effect.runPromise(chain(links))
      return counted
    })
    say(figures(`${what}, ${chains} times ${links.toLocaleString("en")}`, counted, seen))
    expect(counted === chains * links, `${chains * links} ${what}, got ${counted}`)
  }
})

export const relayRuns: ReadonlyArray<Run> = [
  relay("joins", "joins of the task before", 500_000, joins),
  relay("readiness", "set-ups that wait for the next one's", 500_000, readiness),
  relay("cancels", "cancels of the next task", 500_000, cancels),
  relay("hand-overs", "hand-overs through channels", 250_000, handOvers)
]
