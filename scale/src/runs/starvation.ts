/** What never waits gives way all the same: timers fire beside it. */
import { setImmediate as nextTurn } from "node:timers/promises"
import { Effect } from "effect"
import { CancelScope, Channel, TaskGroup } from "ferrule"
import { expect, type Run, type Size } from "../Run.ts"
import { Tally } from "../Tally.ts"
import { figures, type Seen, watched } from "../watched.ts"

/**
 * A 10 ms timer fires within 50 ms and the longest pause of garbage collection. What the machine keeps the program from
 * meanwhile does not count: what starves a timer takes the processor.
 */
const inTime = ({ longestGc, longestOwn }: Seen): void => {
  const limit = 50 + longestGc
  expect(longestOwn <= limit, `a 10 ms timer within ${limit.toFixed(1)} ms, it took ${longestOwn.toFixed(1)}`)
}

/** Two tasks that hand one number to and fro, each time one more. */
const pingPong = async (trips: number): Promise<void> => {
  const last = await Effect.runPromise(
    TaskGroup.run("ping-pong", function* (group) {
      const ping = yield* Channel.make<number>("ping")
      const pong = yield* Channel.make<number>("pong")
      const answers = Effect.gen(function* () {
        for (let trip = 0; trip < trips; trip++) yield* pong.sender.send((yield* ping.receiver.receive) + 1)
      })
      const asks = Effect.gen(function* () {
        let number = 0
        for (let trip = 0; trip < trips; trip++) {
          yield* ping.sender.send(number)
          number = yield* pong.receiver.receive
        }
        return number
      })
      yield* group.spawn(answers)
      return yield* (yield* group.spawn(asks)).join
    })
  )
  expect(last === trips, `${trips} round trips, got ${last}`)
}

/** A group in which each task spawns the next. `last` is called in the last one. */
export const respawning = async (count: number, last: () => void = () => {}): Promise<void> => {
  const ran = new Tally("tasks that ran", count)
  await Effect.runPromise(
    TaskGroup.run("respawning", (group) => {
      const task = (index: number): Effect.Effect<void> =>
        Effect.suspend(() => {
          ran.add(index)
          return index + 1 === count ? Effect.sync(last) : Effect.asVoid(group.spawn(task(index + 1)))
        })
      return group.spawn(task(0))
    })
  )
  ran.check()
}

/** How the flat tasks are cancelled. */
type Way = "by its scope" | "by the group's handle"

/** Starts `count` tasks that wait for ever, and gives what cancels them and waits for the end. */
const manyWaiting = async (count: number, way: Way, cleanups: Tally): Promise<() => Promise<void>> => {
  let waiting = 0
  let ask: (() => void) | undefined
  let ready: (() => void) | undefined
  const allWait = new Promise<void>((resolve) => (ready = resolve))
  const ended = Effect.runPromise(
    CancelScope.run("around", (scope) =>
      TaskGroup.run("flat", function* (group) {
        for (let index = 0; index < count; index++) {
          const waits = Effect.suspend(() => {
            if (++waiting === count) ready?.()
            return Effect.never
          })
          yield* group.spawn(
            Effect.ensuring(
              waits,
              Effect.sync(() => cleanups.add(index))
            )
          )
        }
        yield* Effect.callback<void>((resume) => {
          ask = () => (way === "by its scope" ? scope.cancelUnsafe("enough") : resume(Effect.void))
        })
        yield* group.cancelTasks("enough")
      })
    )
  )
  await allWait
  return async () => {
    ask?.()
    await ended
  }
}

/** Starts `count` tasks that wait to receive, and gives what ends their channel, in one step, and waits for their end. */
const manyReceiving = async (count: number, ended: Tally): Promise<() => Promise<void>> => {
  const { sender, receiver } = Effect.runSync(Channel.make<never>("never"))
  const all = Effect.runPromise(
    TaskGroup.run("receiving", function* (group) {
      for (let index = 0; index < count; index++)
        yield* group.spawn(Effect.map(receiver.receiveOption, () => ended.add(index)))
    })
  )
  while (Effect.runSync(receiver.statistics).waitingReceivers < count) await nextTurn()
  return () =>
    Effect.runPromise(
      Effect.andThen(
        sender.close,
        Effect.promise(() => all)
      )
    )
}

const beside = (name: string, claim: string, go: (size: Size, say: (line: string) => void) => Promise<void>): Run => ({
  name,
  claim: `while ${claim}, a 10 ms timer fires within 50 ms and the longest pause of garbage collection`,
  seconds: { long: 120, short: 120 },
  go
})

const cancels = (name: string, way: Way): Run =>
  beside(name, `100,000 flat tasks are cancelled ${way}`, async (_size, say) => {
    const count = 100_000
    const cleanups = new Tally("cleanups of cancelled tasks", count)
    const cancel = await manyWaiting(count, way, cleanups)
    const [, seen] = await watched(cancel)
    say(figures(`tasks cancelled ${way}`, count, seen))
    cleanups.check()
    inTime(seen)
  })

export const starvationRuns: ReadonlyArray<Run> = [
  beside("beside-ping-pong", "two tasks play ping-pong", async (size, say) => {
    const trips = size === "long" ? 1_000_000 : 300_000
    const [, seen] = await watched(() => pingPong(trips))
    say(figures("round trips", trips, seen))
    inTime(seen)
  }),
  beside("beside-respawning", "tasks spawn the next one of their group", async (size, say) => {
    const count = size === "long" ? 1_000_000 : 300_000
    const [, seen] = await watched(() => respawning(count))
    say(figures("tasks respawned", count, seen))
    inTime(seen)
  }),
  beside("beside-burst", "100,000 tasks are woken in one step", async (_size, say) => {
    const count = 100_000
    const ended = new Tally("receivers that were told of the end", count)
    const end = await manyReceiving(count, ended)
    const [, seen] = await watched(end)
    say(figures("wake-ups in a burst", count, seen))
    ended.check()
    inTime(seen)
  }),
  cancels("beside-cancel-of-scope", "by its scope"),
  cancels("beside-cancel-of-tasks", "by the group's handle")
]
