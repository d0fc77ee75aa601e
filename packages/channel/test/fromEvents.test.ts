import { failureHook, type Report } from "@ferrule/runtime"
import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Option, Scope } from "effect"
import * as Channel from "../src/index.ts"
import { collector } from "./support/sources.ts"

/** An event target that counts the listeners it has. */
class Target extends EventTarget {
  listeners = 0

  override addEventListener(...args: Parameters<EventTarget["addEventListener"]>): void {
    this.listeners++
    super.addEventListener(...args)
  }

  override removeEventListener(...args: Parameters<EventTarget["removeEventListener"]>): void {
    this.listeners--
    super.removeEventListener(...args)
  }
}

const message = (data: string) => new MessageEvent("message", { data })

const tell = (target: EventTarget, ...lines: ReadonlyArray<string>): void => {
  for (const line of lines) target.dispatchEvent(message(line))
}

const dataOf = (event: Event): unknown => (event as MessageEvent).data

it.effect("events come in order, from the moment of the conversion on", () =>
  Effect.gen(function* () {
    const target = new Target()
    tell(target, "too early")
    const receiver = yield* Channel.fromEvents(target, "message", { capacity: 4, overflow: "dropOldest" })
    tell(target, "a", "b")
    expect([dataOf(yield* receiver.receive), dataOf(yield* receiver.receive)]).toEqual(["a", "b"])
  }).pipe(Effect.scoped)
)

it.effect("for which event there is no room says the policy, and each is reported once", () =>
  Effect.gen(function* () {
    for (const [overflow, kept, dropped] of [
      ["dropOldest", ["c", "d"], ["a", "b"]],
      ["dropNewest", ["a", "b"], ["c", "d"]]
    ] as const) {
      const target = new Target()
      const { lost, onUndelivered } = collector<Event>()
      const receiver = yield* Channel.fromEvents(target, "message", { capacity: 2, overflow, onUndelivered })
      tell(target, "a", "b", "c", "d")
      expect([dataOf(yield* receiver.receive), dataOf(yield* receiver.receive)]).toEqual(kept)
      expect(lost.map(dataOf)).toEqual(dropped)
      expect(yield* receiver.statistics).toMatchObject({ sent: 4, received: 2, undelivered: 2 })
    }
  }).pipe(Effect.scoped)
)

it.effect("the scope's end and the last receiver's cancel take every listener away", () =>
  Effect.gen(function* () {
    const target = new Target()
    const { lost, onUndelivered } = collector<Event>()
    const options = { capacity: 4, overflow: "dropOldest", endOn: "close", failOn: { error: () => "x" } } as const
    yield* Effect.scoped(Channel.fromEvents(target, "message", options))
    expect(target.listeners).toBeLessThanOrEqual(0)
    target.listeners = 0
    const receiver = yield* Channel.fromEvents(target, "message", { ...options, onUndelivered })
    expect(target.listeners).toBe(3)
    tell(target, "left")
    yield* receiver.cancel
    expect(target.listeners).toBe(0)
    expect(lost.map(dataOf)).toEqual(["left"])
  }).pipe(Effect.scoped)
)

it.effect("the event that ends closes the channel after what came before, and takes the listeners away", () =>
  Effect.gen(function* () {
    const target = new Target()
    const receiver = yield* Channel.fromEvents(target, "message", {
      capacity: 4,
      overflow: "dropNewest",
      endOn: "close"
    })
    tell(target, "last")
    target.dispatchEvent(new Event("close"))
    tell(target, "too late")
    expect(target.listeners).toBe(0)
    expect(dataOf(yield* receiver.receive)).toBe("last")
    expect(Option.isNone(yield* receiver.receiveOption)).toBe(true)
  }).pipe(Effect.scoped)
)

it.effect("an event that fails gives its typed error after what came before", () =>
  Effect.gen(function* () {
    const target = new Target()
    const receiver = yield* Channel.fromEvents(target, "message", {
      capacity: 4,
      overflow: "dropNewest",
      endOn: "close",
      failOn: { error: (event) => `failed: ${event.type}` as const }
    })
    tell(target, "last")
    target.dispatchEvent(new Event("error"))
    target.dispatchEvent(new Event("close"))
    expect(target.listeners).toBe(0)
    expect(dataOf(yield* receiver.receive)).toBe("last")
    expect(yield* Effect.flip(receiver.receive)).toBe("failed: error")
  }).pipe(Effect.scoped)
)

it.effect("a clone that outlives the scope is shown a defect that says why, never a clean end", () =>
  Effect.gen(function* () {
    const target = new Target()
    const outer = yield* Scope.make()
    const clone = yield* Effect.scoped(
      Effect.gen(function* () {
        const receiver = yield* Channel.fromEvents(target, "message", {
          name: "clicks",
          capacity: 4,
          overflow: "dropNewest"
        })
        return yield* Scope.provide(receiver.clone, outer)
      })
    )
    expect(target.listeners).toBeLessThanOrEqual(0)
    const exit = yield* Effect.exit(clone.receive)
    expect(Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toContain('feeds channel "clicks" was stopped')
  })
)

it.live("a message port is a source", () =>
  Effect.gen(function* () {
    const { port1, port2 } = new MessageChannel()
    const receiver = yield* Channel.fromEvents(port1, "message", { capacity: 4, overflow: "dropOldest" })
    port1.start()
    port2.postMessage("hello")
    const event = yield* receiver.receive
    expect(event.data).toBe("hello")
    port1.close()
  }).pipe(Effect.scoped)
)

it.effect("what throws instead of giving the error is a defect of the channel, told to the failure hook, too", () => {
  const reports: Array<Report> = []
  return Effect.gen(function* () {
    const target = new Target()
    const options = { name: "lines", capacity: 4, overflow: "dropOldest" } as const
    const receiver = yield* Channel.fromEvents(target, "message", {
      ...options,
      failOn: {
        error: (): string => {
          throw new Error("no reason")
        }
      }
    })
    tell(target, "a")
    target.dispatchEvent(new Event("error"))
    expect(target.listeners).toBe(0)
    expect(dataOf(yield* receiver.receive)).toBe("a")
    const exit = yield* Effect.exit(receiver.receive)
    expect(String(Exit.isFailure(exit) && Cause.squash(exit.cause))).toContain("no reason")
    expect(reports).toMatchObject([{ group: 'channel "lines"', kind: "defect" }])
  }).pipe(
    Effect.provideService(failureHook, (report) => Effect.sync(() => void reports.push(report))),
    Effect.scoped
  )
})
