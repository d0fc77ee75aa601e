/** What is acquired with a resource scope, cancelled at every step of it: it is given back, or was never there. */
import { cancelEverywhere } from "@ferrule/testing"
import { mayLeave } from "@ferrule/testing/vitest"
import { expect, it } from "@effect/vitest"
import { Effect, Option, type Scope } from "effect"
import * as Channel from "../src/index.ts"

/** Says how many listen. */
class Bell extends EventTarget {
  readonly listening = new Set<unknown>()

  override addEventListener(...args: Parameters<EventTarget["addEventListener"]>): void {
    this.listening.add(args[1])
    super.addEventListener(...args)
  }

  override removeEventListener(...args: Parameters<EventTarget["removeEventListener"]>): void {
    this.listening.delete(args[1])
    super.removeEventListener(...args)
  }
}

const everywhere = <World, A, E>(
  name: string,
  setUp: Effect.Effect<World>,
  acquire: (world: World) => Effect.Effect<A, E, Scope.Scope>,
  invariant: (world: World) => unknown
) => {
  const test = () =>
    Effect.map(
      cancelEverywhere((world: World) => Effect.scoped(Effect.asVoid(acquire(world))), invariant, {
        setUp,
        patience: "1 minute"
      }),
      ({ runs, steps }) => {
        expect(steps).toBeGreaterThan(5)
        expect(runs).toBeGreaterThan(2 * steps)
      }
    )
  it.live(`${name} [S-284]`, test, 60_000)
}

everywhere(
  "of what listens for events no listener stays",
  Effect.sync(() => new Bell()),
  (bell) => Channel.fromEvents(bell, "ring", { capacity: 1, overflow: "dropNewest", endOn: "end" }),
  (bell) => bell.listening.size === 0
)

everywhere(
  "of a subscription no reader stays: nobody waits for it",
  Channel.broadcast<number>(),
  (news) => news.subscribe({ capacity: 1, onLag: "wait" }),
  (news) => Effect.andThen(news.send(1), news.send(2))
)

everywhere(
  "of a sender that was cloned none stays: the channel ends with the others",
  Channel.make<number>({ capacity: 1 }),
  ({ sender }) => sender.clone,
  ({ receiver, sender }) => Effect.map(Effect.andThen(sender.close, receiver.receiveOption), Option.isNone)
)

everywhere(
  "of a receiver that was cloned none stays: the channel is closed with the others",
  Channel.make<number>({ capacity: 1 }),
  ({ receiver }) => receiver.clone,
  ({ receiver, sender }) =>
    Effect.map(Effect.andThen(receiver.cancel, Effect.exit(sender.send(1))), ({ _tag }) => _tag === "Failure")
)

everywhere(
  "of a permit no place stays taken",
  Channel.make<number>({ capacity: 1 }),
  ({ sender }) => sender.reserve,
  ({ sender }) => {
    mayLeave(["items"], "what shows that there is a place stays in it")
    return sender.send(1)
  }
)

everywhere(
  "of an iterator that was opened none stays open",
  Effect.sync(() => ({ open: 0 })),
  (count) => {
    const source = {
      [Symbol.asyncIterator]: () => {
        count.open++
        return {
          next: () => Promise.resolve({ done: false as const, value: 1 }),
          return: () => Promise.resolve({ done: true as const, value: count.open-- })
        }
      }
    }
    return Channel.fromAsyncIterable(source, { capacity: 1, onError: String })
  },
  (count) => count.open === 0
)

everywhere(
  "of a ticker no timer stays",
  Effect.void,
  () => Channel.ticker(10),
  () => true
)
