import { type InLine, Place } from "@ferrule/runtime"
import { expect, it } from "vitest"
import { ChannelState, type Giver, nothing, type Taker, type Watcher } from "../../src/internal/channelState.ts"

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

  atEnd(): void {
    this.log.push("end")
  }
}

class Give extends Place implements Giver<string> {
  declare readonly waiter: Person
  readonly item: string | typeof nothing
  readonly begun: boolean
  readonly log: Array<string> = []

  constructor(item: string | typeof nothing, { begun = true, person = new Person() } = {}) {
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

  atEnd(): void {
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

it("a permit counts as taken, is the next in line's when it is given back, and its item is no more than the place", () => {
  const state = new ChannelState<string>(1)
  state.reserve()
  expect([state.canPut(), state.buffered]).toEqual([false, 0])
  const [reserve, send] = [waitToGive(state, new Give(nothing)), waitToGive(state, new Give("b"))]
  state.giveBack()
  expect([reserve.log, send.log]).toEqual([["accepted"], []])
  expect(state.commit("a")).toBe("kept")
  expect(send.log).toEqual([])
  expect([state.take(), state.take()]).toEqual(["a", "b"])
  expect([state.sent, state.received, state.peak]).toEqual([2, 2, 1])
})

it("a reserve on a rendezvous comes in with the receive that it has waited for, and each permit needs its own", () => {
  const state = new ChannelState<string>(0)
  const [one, two] = [waitToGive(state, new Give(nothing)), waitToGive(state, new Give(nothing))]
  expect(state.canTake()).toBe(false)
  const [first, second] = [new Take(), new Take()]
  state.addTaker(first)
  expect([one.log, two.log, state.canPut()]).toEqual([["accepted"], [], false])
  state.addTaker(second)
  expect(two.log).toEqual(["accepted"])
  state.commit("a")
  state.commit("b")
  expect([first.log, second.log, state.buffered]).toEqual([["a"], ["b"], 0])
})

it("the place of a permit is kept where its receive has gone: the item is buffered beyond the capacity", () => {
  const state = new ChannelState<string>(0)
  const handle = {}
  state.receivers = 2
  waitToTake(state, new Take(handle))
  state.reserve()
  state.cancelReceiver(handle)
  expect(state.commit("a")).toBe("kept")
  expect([state.buffered, state.canPut()]).toEqual([1, false])
  expect(state.take()).toBe("a")
})

it("a permit keeps the channel from ending until it has committed or is given back", () => {
  const state = new ChannelState<string>(1)
  const [take, watch] = [waitToTake(state), new Watch()]
  state.watchers.add(watch)
  state.reserve()
  state.reserve()
  state.closeAllSenders()
  expect([state.ended, take.log, watch.ended]).toEqual([false, [], 0])
  state.commit("a")
  state.arrived()
  expect([state.ended, take.log]).toEqual([false, ["a"]])
  const last = waitToTake(state)
  state.giveBack()
  expect([state.ended, last.log, watch.ended]).toEqual([true, ["end"], 1])
})

it("a permit whose receivers have gone still commits, to nobody", () => {
  const state = new ChannelState<string>(1)
  const handle = {}
  state.reserve()
  expect(state.cancelReceiver(handle)).toEqual([])
  expect(state.commit("a")).toBe("undelivered")
  expect([state.sent, state.received, state.undelivered, state.buffered]).toEqual([1, 0, 1, 0])
})

it("who receives while another waits for a permit overtakes neither it nor the send behind the permit [API]", () => {
  const state = new ChannelState<string>(0)
  const first = waitToTake(state)
  state.reserve()
  waitToGive(state, new Give("b"))
  expect(state.canTake()).toBe(false)
  const second = new Take()
  state.addTaker(second)
  expect([first.log, second.log]).toEqual([["b"], []])
  state.commit("a")
  expect(second.log).toEqual(["a"])
})

it("one that both sends and receives does not bar a reserve that stands behind it", () => {
  const state = new ChannelState<string>(0)
  const person = new Person()
  state.givers.add(new Give("self", { begun: false, person }))
  state.addTaker(new Take({}, person))
  state.reserve()
  const behind = waitToGive(state, new Give(nothing))
  state.giveBack()
  expect(behind.log).toEqual(["accepted"])
})

it("what is dropped for the newest is the oldest, one that came back before all; what has no place is dropped itself", () => {
  const oldest = new ChannelState<string>(1, "dropOldest")
  const take = waitToTake(oldest)
  oldest.put("a")
  oldest.put("b")
  oldest.putBack("a", take.number, false)
  expect([oldest.putOrDrop("c"), oldest.putOrDrop("d"), oldest.buffered]).toEqual(["a", "b", 2])
  expect([oldest.take(), oldest.take()]).toEqual(["c", "d"])
  oldest.reserve()
  expect(oldest.putOrDrop("e")).toBe("e")
  const newest = new ChannelState<string>(1, "dropNewest")
  expect([newest.putOrDrop("a"), newest.putOrDrop("b"), newest.take()]).toEqual([nothing, "b", "a"])
  expect([newest.sent, newest.received, newest.undelivered]).toEqual([2, 1, 1])
})

it("a clone that is given up ends who waits on it, and looks at nobody else", () => {
  const state = new ChannelState<string>(0)
  const first = {}
  let looks = 0
  const waitOn = (handle: object) => {
    const taker = new Take(handle)
    Object.defineProperty(taker, "handle", { get: () => (looks++, handle) })
    state.addTaker(taker)
    return taker
  }
  const onFirst = waitOn(first)
  const clones = Array.from({ length: 1_000 }, (): object => ({}))
  for (const clone of clones) state.addReceiver(clone)
  const takers = clones.map((clone) => [waitOn(clone), waitOn(clone)])
  looks = 0
  for (const [i, clone] of clones.entries()) {
    // One of the two has left before.
    takers[i]![1]!.withdraw()
    expect(state.cancelReceiver(clone)).toEqual([])
    expect(takers[i]!.map(({ log }) => log)).toEqual([["end"], []])
  }
  expect(looks).toBeLessThan(10_000)
  expect([state.takers.size, state.receivers]).toEqual([1, 1])
  state.cancelReceiver(first)
  expect(onFirst.log).toEqual(["end"])
})
