import { type InLine, Place } from "@ferrule/runtime"
import { expect, it } from "vitest"
import { ChannelState, type Giver, type Taker, type Watcher } from "../../src/internal/channelState.ts"

/** Somebody in line, without a fiber: told by hand that its scope was cancelled, and told of it. */
class Person implements InLine {
  readonly node = undefined
  readonly tasks: Array<() => void> = []
  held = false
  readonly queue = { enqueue: ({ wake }: { wake: () => void }) => this.tasks.push(wake) } as unknown as InLine["queue"]

  /** Its fiber is told; it turns out to be cleanup and goes on waiting. */
  tell(): void {
    this.held = false
    for (const task of this.tasks.splice(0)) task()
  }
}

class Take extends Place implements Taker<string> {
  declare readonly waiter: Person
  readonly handle: object
  readonly log: Array<string> = []
  number = 0

  constructor(handle: object = {}, person = new Person()) {
    super(person)
    this.handle = handle
  }

  hand(item: string, number: number): void {
    this.number = number
    this.log.push(item)
  }

  end(): void {
    this.log.push("end")
  }
}

class Give extends Place implements Giver<string> {
  declare readonly waiter: Person
  readonly item: string
  readonly begun: boolean
  readonly log: Array<string> = []

  constructor(item: string, { begun = true, person = new Person() } = {}) {
    super(person)
    this.item = item
    this.begun = begun
  }

  accepted(): void {
    this.log.push("accepted")
  }

  refused(): void {
    this.log.push("refused")
  }
}

class Watch extends Place implements Watcher {
  readonly handle: object
  ended = 0

  constructor(handle: object = {}) {
    super(new Person())
    this.handle = handle
  }

  end(): void {
    this.ended++
  }
}

const waitToTake = (state: ChannelState<string>, take = new Take()): Take => {
  expect(state.canTake()).toBe(false)
  state.takers.add(take)
  return take
}

const waitToGive = (state: ChannelState<string>, give: Give): Give => {
  expect(state.canPut()).toBe(false)
  state.givers.add(give)
  return give
}

it("a receive that was passed over gets what came meanwhile once its fiber has been told, in order [D39]", () => {
  const state = new ChannelState<string>(2)
  const [masked, other] = [waitToTake(state), waitToTake(state)]
  masked.waiter.held = true
  state.put("a")
  expect(other.log).toEqual(["a"])
  state.put("b")
  state.put("c")
  expect(state.canPut()).toBe(false)
  const blocked = waitToGive(state, new Give("d"))
  masked.waiter.tell()
  expect([masked.log, blocked.log]).toEqual([["b"], ["accepted"]])
  expect([state.take(), state.take()]).toEqual(["c", "d"])
})

it("a receive that was passed over keeps its place if there is nothing for it", () => {
  const state = new ChannelState<string>(0)
  const [masked, other] = [waitToTake(state), waitToTake(state)]
  masked.waiter.held = true
  state.put("a")
  masked.waiter.tell()
  const last = waitToTake(state)
  state.put("b")
  expect([other.log, masked.log, last.log]).toEqual([["a"], ["b"], []])
})

it("a send that was passed over is taken in once its fiber has been told, and what it waited for with it [D39]", () => {
  const state = new ChannelState<string>(0)
  const masked = waitToGive(state, new Give("a"))
  masked.waiter.held = true
  const take = waitToTake(state)
  masked.waiter.tell()
  expect([masked.log, take.log]).toEqual([["accepted"], ["a"]])
  expect([state.sent, state.received]).toEqual([1, 1])
})

it("an item that came back and left again keeps its number: a second return puts it in its place", () => {
  const state = new ChannelState<string>(0)
  const [one, two] = [waitToTake(state), waitToTake(state)]
  state.put("a")
  state.put("b")
  expect(state.putBack("b", two.number, false)).toBe("kept")
  expect(state.putBack("a", one.number, false)).toBe("kept")
  const masked = new Take()
  masked.waiter.held = true
  state.takers.add(masked)
  state.takers.first()
  masked.waiter.tell()
  expect(masked.log).toEqual(["a"])
  state.putBack("a", masked.number, false)
  expect([state.take(), state.take()]).toEqual(["a", "b"])
})

it("what comes back may exceed the capacity, and then makes no room [API]", () => {
  const state = new ChannelState<string>(1)
  const take = waitToTake(state)
  state.put("a")
  state.put("b")
  const blocked = waitToGive(state, new Give("c"))
  state.putBack("a", take.number, false)
  expect([state.buffered, state.peak]).toEqual([2, 2])
  expect(state.take()).toBe("a")
  expect(blocked.log).toEqual([])
  expect(state.take()).toBe("b")
  expect(blocked.log).toEqual(["accepted"])
})

it("one who both sends and receives is not its own partner", () => {
  const state = new ChannelState<string>(0)
  const person = new Person()
  const [give, take] = [new Give("self", { begun: false, person }), new Take({}, person)]
  state.givers.add(give)
  state.takers.add(take)
  expect([state.canTake(take), state.canPut(give)]).toEqual([false, false])
  person.held = true
  state.takers.first()
  state.givers.first()
  person.tell()
  expect([give.log, take.log]).toEqual([[], []])
  state.put("other")
  expect(take.log).toEqual(["other"])
})

it("the end is shown to all who wait and watch, once, when nothing can come any more", () => {
  const state = new ChannelState<string>(0)
  const [one, two, watch] = [waitToTake(state), waitToTake(state), new Watch()]
  state.watchers.add(watch)
  state.put("a")
  state.closeSender()
  expect([state.ended, two.log, watch.ended]).toEqual([false, [], 0])
  state.arrived()
  expect([state.ended, one.log, two.log, watch.ended]).toEqual([true, ["a"], ["end"], 1])
})

it("the last cancel gives what is left in order: returned, buffered, in line; clauses have given nothing [D40]", () => {
  const state = new ChannelState<string>(1)
  const handle = {}
  const take = waitToTake(state, new Take(handle))
  state.put("a")
  state.put("b")
  const [send, clause] = [waitToGive(state, new Give("c")), waitToGive(state, new Give("clause", { begun: false }))]
  state.putBack("a", take.number, false)
  expect(state.cancelReceiver(handle)).toEqual(["a", "b", "c"])
  expect([send.log, clause.log]).toEqual([["refused"], ["refused"]])
  expect([state.sent, state.received, state.buffered, state.undelivered]).toEqual([3, 0, 0, 3])
})
