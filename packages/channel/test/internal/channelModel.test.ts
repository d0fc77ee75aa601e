/**
 * `ChannelState` does what a channel made of plain lists does, step by step, in random histories: the same answers, the
 * same things handed to the same people, the same figures.
 */
import { type InLine, Place } from "@ferrule/runtime"
import fc from "fast-check"
import { expect, it } from "vitest"
import { ChannelState, type Giver, nothing, type Taker, type Watcher } from "../../src/internal/channelState.ts"
import { ListChannel } from "../support/ListChannel.ts"

/** Somebody who waits; told by hand that its scope was cancelled, and told of it. */
class Person implements InLine {
  readonly node = undefined
  private readonly tasks: Array<() => void> = []
  held = false
  /** Has got what it waited for, or has left: whatever fires then changes nothing. */
  decided = false
  readonly queue = { enqueue: ({ wake }: { wake: () => void }) => this.tasks.push(wake) } as unknown as InLine["queue"]
  readonly places: Array<Take | Give | Watch> = []
  readonly who: string

  constructor(who: string) {
    this.who = who
  }

  tell(): void {
    this.held = false
    for (const task of this.tasks.splice(0)) task()
  }

  get waits(): boolean {
    return this.places.some((place) => place.line !== undefined)
  }
}

class Take extends Place implements Taker<number> {
  readonly handle: object
  private readonly real: Real
  private readonly person: Person

  constructor(real: Real, person: Person, handle: object) {
    super(person)
    this.real = real
    this.person = person
    this.handle = handle
  }

  hand(item: number, number: number): void {
    this.real.log.push(`${this.person.who} gets ${item}`)
    this.real.underway.push({ item, number })
    this.real.withdrawAll(this.person)
  }

  atEnd(): void {
    if (!this.person.decided) this.real.log.push(`${this.person.who} end`)
  }
}

class Give extends Place implements Giver<number> {
  readonly item: number | typeof nothing
  readonly begun: boolean
  private readonly real: Real
  private readonly person: Person

  constructor(real: Real, person: Person, item: number | typeof nothing, begun: boolean) {
    super(person)
    this.real = real
    this.person = person
    this.item = item
    this.begun = begun
  }

  accepted(): void {
    this.real.log.push(`${this.person.who} accepted`)
    this.real.withdrawAll(this.person)
  }

  refused(): void {
    this.real.log.push(`${this.person.who} refused`)
  }
}

class Watch extends Place implements Watcher {
  readonly handle: object
  private readonly real: Real
  private readonly person: Person

  constructor(real: Real, person: Person, handle: object) {
    super(person)
    this.real = real
    this.person = person
    this.handle = handle
  }

  atEnd(): void {
    if (!this.person.decided) this.real.log.push(`${this.person.who} end`)
  }
}

/** The state, used as the handles of a channel use it. */
class Real {
  readonly state: ChannelState<number>
  readonly handles: Array<object> = [{}]
  readonly cancelled = new Set<object>()
  underway: Array<{ readonly item: number; readonly number: number }> = []
  log: Array<string> = []

  constructor(capacity: number, overflow: "wait" | "dropNewest" | "dropOldest") {
    this.state = new ChannelState(capacity, overflow)
  }

  private get closed(): boolean {
    return this.state.senders === 0 || this.state.receivers === 0
  }

  send(person: Person, item: number, wait: boolean): string {
    const { state } = this
    if (this.closed) {
      if (wait) state.lose()
      return "closed"
    }
    if (state.canPut()) state.put(item)
    else if (state.overflow !== "wait") this.log.push(`dropped ${String(state.putOrDrop(item))}`)
    else if (!wait) return "full"
    else {
      this.stand(person, new Give(this, person, item, true))
      return "waits"
    }
    return "sent"
  }

  reserve(person: Person): string {
    if (this.closed) return "closed"
    if (!this.state.canPut()) {
      this.stand(person, new Give(this, person, nothing, true))
      return "waits"
    }
    this.state.reserve()
    return "held"
  }

  commit(item: number): void {
    if (this.state.commit(item) === "undelivered") this.log.push(`dropped ${item}`)
  }

  receive(person: Person, handle: object, wait: boolean): string | number {
    const { state } = this
    if (this.cancelled.has(handle)) return "end"
    if (state.canTake()) return state.take()
    if (state.ended) return "end"
    if (!wait) return "empty"
    const taker = new Take(this, person, handle)
    person.places.push(taker)
    state.addTaker(taker)
    return "waits"
  }

  watch(person: Person, handle: object): string {
    if (this.cancelled.has(handle) || this.state.ended) return "end"
    const watcher = new Watch(this, person, handle)
    person.places.push(watcher)
    this.state.watchers.add(watcher)
    return "waits"
  }

  select(person: Person, item: number, handle: object): string | number {
    const { state } = this
    if (this.closed || this.cancelled.has(handle) || state.overflow !== "wait") return "no"
    if (state.canTake()) return state.take()
    if (state.canPut()) {
      state.put(item)
      return "sent"
    }
    this.stand(person, new Give(this, person, item, false))
    const taker = new Take(this, person, handle)
    person.places.push(taker)
    state.addTaker(taker)
    return "waits"
  }

  cancel(handle: object): void {
    this.cancelled.add(handle)
    for (const item of this.state.cancelReceiver(handle)) this.log.push(`dropped ${item}`)
  }

  leave(person: Person): void {
    for (const place of person.places) {
      const begun = place instanceof Give && place.line !== undefined && place.begun && place.item !== nothing
      if (begun) this.state.lose()
    }
    this.withdrawAll(person)
  }

  comeBack(index: number): void {
    const [back] = this.underway.splice(index, 1)
    if (this.state.putBack(back!.item, back!.number, false) === "undelivered") this.log.push(`dropped ${back!.item}`)
  }

  arrive(index: number): void {
    this.underway.splice(index, 1)
    this.state.arrived()
  }

  withdrawAll(person: Person): void {
    person.decided = true
    for (const place of person.places) {
      if (place.line === undefined) continue
      if (place instanceof Give) this.state.withdraw(place)
      else place.withdraw()
    }
  }

  private stand(person: Person, giver: Give): void {
    person.places.push(giver)
    this.state.givers.add(giver)
  }
}

const weighted = {
  send: 6,
  trySend: 2,
  reserve: 5,
  commit: 4,
  giveBack: 4,
  receive: 7,
  tryReceive: 2,
  select: 4,
  watch: 1,
  leave: 4,
  hold: 4,
  tell: 4,
  arrive: 3,
  comeBack: 3,
  clone: 1,
  close: 1,
  closeAll: 0.2,
  cloneReceiver: 1,
  cancel: 1
}
type Op = keyof typeof weighted
// Sound: these are its keys.
const ops = (Object.keys(weighted) as Array<Op>).flatMap((op) => Array<Op>(Math.ceil(weighted[op] * 5)).fill(op))
const history = fc.record({
  capacity: fc.constantFrom(0, 0, 0, 1, 1, 2, 3, Infinity),
  overflow: fc.constantFrom("wait" as const, "wait" as const, "wait" as const, "dropNewest" as const, "dropOldest"),
  steps: fc.array(fc.record({ op: fc.constantFrom(...ops), which: fc.nat(1_000) }), { minLength: 5, maxLength: 45 })
})
type History = typeof history extends fc.Arbitrary<infer H> ? H : never

/** Made plain, since it is asked a million times. */
const same = (real: ReadonlyArray<string | number>, model: ReadonlyArray<string | number>): void => {
  if (real.length !== model.length || real.some((value, index) => value !== model[index])) expect(real).toEqual(model)
}

/** The two side by side. */
class Twins {
  readonly real: Real
  readonly model: ListChannel
  private readonly people: Array<Person> = []
  private steps = 0

  constructor({ capacity, overflow }: History) {
    this.real = new Real(capacity, overflow)
    this.model = new ListChannel(capacity, overflow)
  }

  step(op: Op, which: number): void {
    this.steps++
    const { real, model } = this
    this.act(op, which)
    const { buffered, peak, sent, received, undelivered, senders, receivers, ended, givers, takers } = real.state
    const here = [buffered, peak, sent, received, undelivered, senders, receivers, ended, givers.size, takers.size]
    const there = [model.buffer.length, model.peak, model.sent, model.received, model.undelivered, model.senders]
    there.push(model.handles.size, Number(model.ended), model.givers.length, model.takers.length)
    same(here.map(Number), there)
    same(real.log.toSorted(), model.log.toSorted())
    same(
      real.underway.map(({ item }) => item),
      model.underway.map(({ item }) => item)
    )
    same([sent], [received + buffered + undelivered])
    real.log = []
    model.log = []
  }

  private newcomer(): Person {
    const person = new Person(`p${this.steps}`)
    this.people.push(person)
    return person
  }

  private answer(real: string | number, model: string | number): void {
    same([real], [model])
  }

  private act(op: Op, which: number): void {
    const { real, model } = this
    const handle = which % real.handles.length
    switch (op) {
      case "send":
      case "trySend": {
        const person = this.newcomer()
        return this.answer(
          real.send(person, this.steps, op === "send"),
          model.send(person.who, this.steps, op === "send")
        )
      }
      case "reserve": {
        const person = this.newcomer()
        return this.answer(real.reserve(person), model.reserve(person.who))
      }
      case "receive":
      case "tryReceive": {
        const person = this.newcomer()
        const wait = op === "receive"
        return this.answer(real.receive(person, real.handles[handle]!, wait), model.receive(person.who, handle, wait))
      }
      case "select": {
        const person = this.newcomer()
        return this.answer(
          real.select(person, this.steps, real.handles[handle]!),
          model.select(person.who, this.steps, handle)
        )
      }
      case "watch": {
        const person = this.newcomer()
        return this.answer(real.watch(person, real.handles[handle]!), model.watch(person.who, handle))
      }
      case "leave":
      case "hold":
      case "tell":
        return this.actOnPerson(op, which)
      default:
        return this.actOnChannel(op, which, handle)
    }
  }

  private actOnPerson(op: "leave" | "hold" | "tell", which: number): void {
    const { real, model } = this
    const waiting = this.people.filter((person) => person.waits && (op !== "tell" || person.held))
    const person = waiting[which % waiting.length]
    if (person === undefined) return
    if (op === "leave") {
      real.leave(person)
      model.held.delete(person.who)
      return model.leave(person.who)
    }
    if (op === "hold") {
      person.held = true
      return void model.held.add(person.who)
    }
    const able = model.tell(person.who)
    person.tell()
    // Who could both give and take is free to choose.
    const given = real.log.includes(`${person.who} accepted`)
    const taken = real.log.some((line) => line.startsWith(`${person.who} gets`))
    const chosen = given ? "give" : taken ? "take" : undefined
    // Who was not passed over stays as it was, although a permit has the right to what it could have had.
    if (chosen === undefined && model.permits === 0) expect(able).toEqual([])
    model.serve(person.who, model.permits > 0 ? chosen : able.find((choice) => choice === chosen))
  }

  private actOnChannel(op: Op, which: number, handle: number): void {
    const { real, model } = this
    const underway = model.underway.length > 0 ? which % model.underway.length : undefined
    if (op === "commit" && model.permits > 0) {
      real.commit(this.steps)
      model.commit(this.steps)
    } else if (op === "giveBack" && model.permits > 0) {
      real.state.giveBack()
      model.giveBack()
    } else if (op === "arrive" && underway !== undefined) {
      real.arrive(underway)
      model.arrive(underway)
    } else if (op === "comeBack" && underway !== undefined) {
      real.comeBack(underway)
      model.comeBack(underway)
    } else if (op === "clone" && model.senders > 0) {
      real.state.senders++
      model.senders++
    } else if (op === "close" && model.senders > 0) {
      real.state.closeSender()
      model.close()
    } else if (op === "closeAll" && model.senders > 0) {
      real.state.closeAllSenders()
      model.closeAll()
    } else this.actOnReceivers(op, handle)
  }

  private actOnReceivers(op: Op, handle: number): void {
    const { real, model } = this
    if (!model.handles.has(handle)) return
    if (op === "cloneReceiver") {
      model.handles.add(real.handles.length)
      const clone = {}
      real.handles.push(clone)
      real.state.addReceiver(clone)
    }
    if (op === "cancel") {
      real.cancel(real.handles[handle]!)
      model.cancel(handle)
    }
  }
}

it("a channel does what one made of plain lists does, in 10,000 random histories", () => {
  fc.assert(
    fc.property(history, (played) => {
      const twins = new Twins(played)
      for (const { op, which } of played.steps) twins.step(op, which)
    }),
    { numRuns: Number(process.env["FERRULE_HISTORIES"] ?? 10_000) }
  )
})
