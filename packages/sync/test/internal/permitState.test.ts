import { type InLine, Place } from "@ferrule/runtime"
import fc from "fast-check"
import { expect, it } from "vitest"
import { PermitState, type Taker } from "../../src/internal/permitState.ts"

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

class Take extends Place implements Taker {
  declare readonly waiter: Person
  readonly weight: number
  served = false
  whenGranted: () => void = () => {}

  constructor(weight: number) {
    super(new Person())
    this.weight = weight
  }

  granted(): void {
    this.served = true
    this.whenGranted()
  }
}

/** Stands in line, as there is no room. */
const wait = (state: PermitState, weight: number): Take => {
  expect(state.canTake(weight)).toBe(false)
  const take = new Take(weight)
  state.stand(take)
  return take
}

it("what is released is the next one's in that step: who comes then finds nothing [SY-01]", () => {
  const state = new PermitState(1)
  state.take(1)
  const next = wait(state, 1)
  state.release(1)
  expect([next.served, state.canTake(1), state.taken]).toEqual([true, false, 1])
})

it("small ones do not overtake a large one, though they would fit [SY-11]", () => {
  const state = new PermitState(3)
  state.take(2)
  const large = wait(state, 3)
  const small = wait(state, 1)
  expect(state.canTake(0)).toBe(false)
  state.release(2)
  expect([large.served, small.served]).toEqual([true, false])
  state.release(3)
  expect(small.served).toBe(true)
})

it("a large one that leaves lets in those behind it [SY-10]", () => {
  const state = new PermitState(10)
  state.take(1)
  const large = wait(state, 10)
  const small = [wait(state, 4), wait(state, 5), wait(state, 1)]
  state.withdraw(large)
  expect(small.map(({ served }) => served)).toEqual([true, true, false])
  expect(state.taken).toBe(10)
})

it("one whose scope is cancelled is passed over, and served again if it turns out to be cleanup", () => {
  const state = new PermitState(1)
  state.take(1)
  const [marked, other] = [wait(state, 1), wait(state, 1)]
  marked.waiter.held = true
  state.release(1)
  expect([marked.served, other.served]).toEqual([false, true])
  state.release(1)
  expect(marked.served).toBe(false)
  marked.waiter.tell()
  expect([marked.served, state.taken]).toEqual([true, 1])
})

it("serves on in good order when the one it serves withdraws others, as a select does", () => {
  const state = new PermitState(2)
  state.take(2)
  const [first, second, third] = [wait(state, 1), wait(state, 2), wait(state, 1)]
  first.whenGranted = () => state.withdraw(second)
  state.release(2)
  expect([first.served, second.served, third.served, state.taken]).toEqual([true, false, true, 2])
})

it("one permit can be waited for where there never was one, more cannot", () => {
  const state = new PermitState(0)
  expect(() => state.check(1)).not.toThrow()
  expect(() => state.check(2)).toThrow(/cannot take 2 permits of a semaphore of 0.*`resize`/)
  state.resize(5)
  state.resize(1)
  expect(() => state.check(5)).not.toThrow()
  expect(() => state.check(6)).toThrow(/Take at most 5/)
})

it.each([-1, 1.5, NaN, Infinity])("%s permits cannot be taken, and the message says what can", (weight) => {
  expect(() => new PermitState(3).check(weight)).toThrow(/cannot take .* of a semaphore of 3. Pass a whole number/)
})

it.each([-1, 1.5, NaN])("a semaphore cannot have %s permits, nor get as many", (permits) => {
  expect(() => new PermitState(permits)).toThrow(/cannot have .* permits. Pass a whole number from 0 on, or Infinity/)
  const state = new PermitState(3)
  expect(() => state.resize(permits)).toThrow(RangeError)
  expect(state.permits).toBe(3)
})

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ op: fc.constant("come" as const), n: fc.nat({ max: 6 }) }) },
  { weight: 8, arbitrary: fc.record({ op: fc.constant("release" as const), n: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("leave" as const), n: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("mark" as const), n: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("tell" as const), n: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("resize" as const), n: fc.nat({ max: 8 }) }) }
)

/** The naive model: who has what and who waits, in lists, and every answer worked out anew from them. */
class Model {
  permits: number
  inside: Array<Take> = []
  line: Array<Take> = []

  constructor(permits: number) {
    this.permits = permits
  }

  get taken(): number {
    return this.inside.reduce((sum, { weight }) => sum + weight, 0)
  }

  get first(): Take | undefined {
    return this.line.find(({ waiter }) => !waiter.held)
  }

  lets(take: Take): boolean {
    return this.taken + take.weight <= this.permits && (this.first ?? take) === take
  }

  serve(): void {
    for (let first = this.first; first !== undefined && this.lets(first); first = this.first) {
      this.line = this.line.filter((take) => take !== first)
      this.inside.push(first)
    }
  }
}

const play = (state: PermitState, model: Model, { op, n }: { op: string; n: number }): void => {
  const waiting = model.line[n % Math.max(1, model.line.length)]
  const holding = model.inside[n % Math.max(1, model.inside.length)]
  if (op === "come") {
    const take = new Take(n)
    const lets = model.lets(take)
    if (state.canTake(n) !== lets) throw new Error(`${n} are ${lets ? "" : "not "}to be had`)
    ;(lets ? model.inside : model.line).push(take)
    take.served = lets
    if (lets) state.take(n)
    else state.stand(take)
  } else if (op === "release" && holding !== undefined) {
    model.inside = model.inside.filter((take) => take !== holding)
    state.release(holding.weight)
  } else if (op === "leave" && waiting !== undefined) {
    model.line = model.line.filter((take) => take !== waiting)
    state.withdraw(waiting)
  } else if (op === "resize") state.resize((model.permits = n))
  else if (op === "tell" && waiting?.skipped === true) waiting.waiter.tell()
  else {
    // To be marked, or told of it before anybody was passed over, serves nobody.
    if (waiting !== undefined && op !== "release" && op !== "leave") waiting.waiter.held = op === "mark"
    return
  }
  model.serve()
}

/** Whether the state is what the model says. No `expect` for each: there are half a million. */
const agrees = (state: PermitState, model: Model): boolean => {
  const line = state.line.all()
  return (
    state.taken === model.taken &&
    state.available === Math.max(0, model.permits - model.taken) &&
    line.length === model.line.length &&
    line.every((take, i) => take === model.line[i]) &&
    !model.line.some(({ served }) => served) &&
    model.inside.every(({ served }) => served)
  )
}

it("agrees with a naive model in 10,000 random histories", () => {
  fc.assert(
    fc.property(fc.nat({ max: 8 }), fc.array(step, { minLength: 5, maxLength: 60 }), (permits, steps) => {
      const state = new PermitState(permits)
      const model = new Model(permits)
      return steps.every((done) => {
        play(state, model, done)
        return agrees(state, model)
      })
    }),
    { numRuns: 10_000 }
  )
})
