import type { CancelTrace, Failure } from "@ferrule/runtime"
import { Cause, Exit } from "effect"
import fc from "fast-check"
import { expect, it } from "vitest"
import * as GroupState from "../../src/internal/groupState.ts"

/** What a task or the body may fail with, cleanup last; nothing means that it was only cancelled. */
type Failing = ReadonlyArray<"error" | "defect">

type Event =
  | { readonly _tag: "spawn"; readonly daemon: boolean }
  | { readonly _tag: "burst" }
  | { readonly _tag: "burstEnds" }
  | { readonly _tag: "taskSucceeds"; readonly which: number }
  | { readonly _tag: "taskFails"; readonly which: number; readonly failing: Failing; readonly taken: boolean }
  | { readonly _tag: "bodySucceeds" }
  | { readonly _tag: "bodyFails"; readonly failing: Failing }
  | { readonly _tag: "late"; readonly failing: Failing }
  | { readonly _tag: "mark" }
  | { readonly _tag: "close" }
  | { readonly _tag: "decide" }

const failing = fc.constantFrom<Failing>([], ["error"], ["defect"], ["error", "defect"], ["defect", "error", "error"])
const which = fc.nat()
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ _tag: fc.constant("spawn" as const), daemon: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ _tag: "burst" as const }) },
  { weight: 2, arbitrary: fc.constant({ _tag: "burstEnds" as const }) },
  { weight: 6, arbitrary: fc.record({ _tag: fc.constant("taskSucceeds" as const), which }) },
  {
    weight: 4,
    arbitrary: fc.record({ _tag: fc.constant("taskFails" as const), which, failing, taken: fc.boolean() })
  },
  { weight: 2, arbitrary: fc.constant({ _tag: "bodySucceeds" as const }) },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("bodyFails" as const), failing }) },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("late" as const), failing }) },
  { weight: 1, arbitrary: fc.constant({ _tag: "mark" as const }) },
  { weight: 1, arbitrary: fc.constant({ _tag: "close" as const }) },
  { weight: 1, arbitrary: fc.constant({ _tag: "decide" as const }) }
)

interface TaskRecord {
  readonly daemon: boolean
  running: boolean
  /** It was there when daemons were told to go. */
  told: boolean
}

/** Something that was handed to the group, and how things stood at that moment. */
interface Handed {
  readonly from: "body" | "task" | "release" | "nobody"
  readonly failed: ReadonlyArray<Failure>
  readonly taken: boolean
  readonly marked: boolean
  /** A daemon that had been told to go, or that came after others had been. */
  readonly dismissed: boolean
}

/** The naive model: everything that ever was and happened, in lists, and every answer worked out anew from them. */
class Model {
  readonly tasks: Array<TaskRecord> = []
  readonly bursts: Array<{ running: boolean }> = []
  readonly handed: Array<Handed> = []
  readonly closes: Array<CancelTrace> = []
  body: "runs" | "succeeded" | "failed" = "runs"
  marked = false
  decided = false
  released = false

  running(daemon: boolean): ReadonlyArray<TaskRecord> {
    return this.tasks.filter((task) => task.running && task.daemon === daemon)
  }

  get phase(): GroupState.Phase {
    return this.released ? "over" : this.marked || this.closes.length > 0 ? "closing" : "open"
  }

  get dismissing(): boolean {
    return this.tasks.some(({ told }) => told)
  }

  get onlyDaemonsLeft(): boolean {
    return this.body !== "runs" && this.running(false).length === 0 && this.bursts.every(({ running }) => !running)
  }

  get nothingLeft(): boolean {
    return this.onlyDaemonsLeft && this.running(true).length === 0
  }

  private where({ from, failed, taken, marked, dismissed }: Handed): ReadonlyArray<[Failure, string]> {
    if (from === "nobody") return failed.map((failure) => [failure, "late"])
    if (taken) {
      const besideAnError = failed.some(({ reason }) => Cause.isFailReason(reason))
      return failed.map((failure) => [failure, besideAnError && Cause.isDieReason(failure.reason) ? "late" : "taken"])
    }
    if (from === "body" && !marked) return failed.map((failure) => [failure, "first"])
    return failed.map((failure) => [failure, dismissed && !marked ? "late" : "kept"])
  }

  kept(place: "first" | "kept" | "late"): ReadonlyArray<Failure> {
    return this.handed
      .flatMap((handed) => this.where(handed))
      .filter(([, at]) => at === place)
      .map(([failure]) => failure)
  }

  /** Whether the group is to be cancelled for what was handed to it last: it is for the first that counts, if any. */
  get cancelsNow(): boolean {
    const counts = this.handed.map(
      (handed) =>
        !handed.marked &&
        ((handed.from === "body" && this.body === "failed") ||
          (handed.from === "task" && this.where(handed).some(([, at]) => at === "kept")))
    )
    return counts.length > 0 && counts.indexOf(true) === counts.length - 1
  }

  get ending(): GroupState.Ending {
    if (this.kept("first").length + this.kept("kept").length > 0) return "failed"
    return this.decided ? "decided" : this.marked ? "cut" : "body"
  }
}

const traceBy = (by: string): CancelTrace => ({
  scope: "group",
  path: ["group"],
  reason: { _tag: "GroupClosed", group: "group" },
  at: 0,
  by
})

const failuresOf = (task: string, kinds: Failing): ReadonlyArray<Failure> =>
  kinds.map((kind) => ({ task, reason: kind === "error" ? Cause.makeFailReason(task) : Cause.makeDieReason(task) }))

/** A group and its model, to which the same things happen. */
class Trial {
  readonly state = GroupState.newGroup()
  readonly model = new Model()
  readonly seen: Set<string>
  private tellings = 0

  constructor(seen: Set<string>) {
    this.seen = seen
  }

  happen(event: Event): void {
    const { model, state } = this
    switch (event._tag) {
      case "spawn":
        return this.spawn(event.daemon)
      case "burst":
        if (model.phase !== "open") return
        model.bursts.push({ running: true })
        return GroupState.burstBegan(state)
      case "burstEnds": {
        const burst = model.bursts.find(({ running }) => running)
        if (burst === undefined) return
        burst.running = false
        GroupState.burstEnded(state)
        return this.goOn()
      }
      case "taskSucceeds":
        return this.endTask(event.which, undefined, false)
      case "taskFails":
        return this.endTask(event.which, event.failing, event.taken)
      case "bodySucceeds":
        return this.endBody(undefined)
      case "bodyFails":
        return this.endBody(event.failing)
      case "late":
        return GroupState.keepLate(state, this.hand("nobody", event.failing, false, false))
      case "mark":
        model.marked = true
        return
      case "close": {
        const trace = traceBy(`${model.closes.length}`)
        model.closes.push(trace)
        return GroupState.close(state, trace)
      }
      case "decide":
        expect(GroupState.decide(state)).toBe(!model.decided)
        model.decided = true
        return
    }
  }

  private spawn(daemon: boolean): void {
    this.seen.add(this.model.phase)
    // Who is refused leaves no trace in the counts.
    if (this.model.phase !== "open") return
    this.model.tasks.push({ daemon, running: true, told: false })
    GroupState.taskSpawned(this.state, daemon)
  }

  private hand(from: Handed["from"], kinds: Failing, taken: boolean, dismissed: boolean): ReadonlyArray<Failure> {
    const { handed, marked } = this.model
    const failed = failuresOf(`${from}/${handed.length}`, kinds)
    handed.push({ from, failed, taken, marked, dismissed })
    return failed
  }

  private endTask(which: number, kinds: Failing | undefined, taken: boolean): void {
    const { model, state } = this
    const running = model.tasks.filter((task) => task.running)
    const task = running[which % running.length]
    if (task === undefined) return
    if (kinds !== undefined) {
      const failed = this.hand("task", kinds, taken, task.daemon && model.dismissing)
      expect(GroupState.taskFailed(state, failed, taken, task.daemon, model.marked)).toBe(model.cancelsNow)
      if (model.cancelsNow) this.seen.add("cancelled by a task")
    }
    task.running = false
    GroupState.taskEnded(state, task.daemon)
    this.goOn()
  }

  private endBody(kinds: Failing | undefined): void {
    const { model, state } = this
    if (model.body !== "runs") return
    model.body = kinds === undefined ? "succeeded" : "failed"
    const exit = kinds === undefined ? Exit.void : Exit.interrupt()
    GroupState.bodyEnded(state, exit)
    expect(state.bodyExit).toBe(exit)
    if (kinds !== undefined) {
      const failed = this.hand("body", kinds, false, false)
      expect(GroupState.bodyFailed(state, failed, model.marked)).toBe(model.cancelsNow)
      if (model.cancelsNow) this.seen.add("cancelled by the body")
    }
    this.goOn()
  }

  /** Asks what is next, and obeys. */
  private goOn(): void {
    const { model, state } = this
    const step = GroupState.next(state)
    this.seen.add(step)
    const untold = model.running(true).filter(({ told }) => !told)
    if (step === "tellDaemons") {
      expect(model.onlyDaemonsLeft).toBe(true)
      expect(model.running(true)).not.toEqual([])
      // The work of telling them is paid for by spawning them.
      expect(++this.tellings).toBeLessThanOrEqual(model.tasks.filter(({ daemon }) => daemon).length)
      for (const task of untold) task.told = true
      // It is answered once, and then it is waited.
      expect(GroupState.next(state)).toBe("wait")
      return
    }
    expect(step).toBe(model.nothingLeft ? "goOn" : "wait")
    // No daemon is left that nobody tells.
    if (model.onlyDaemonsLeft) expect(untold).toEqual([])
    if (step === "goOn") this.release()
  }

  /** The body's fiber releases its resources, which may fail. */
  private release(): void {
    const { model, state } = this
    if (model.released) return
    model.released = true
    GroupState.end(state, model.marked)
    if (model.tasks.length % 3 === 0) {
      GroupState.releaseFailed(state, this.hand("release", ["defect"], false, false))
    }
  }

  check(): void {
    const { model, state } = this
    const counts = [state.live, state.daemons, state.bursts]
    const running = model.bursts.filter((burst) => burst.running)
    expect(counts).toEqual([model.running(false).length, model.running(true).length, running.length])
    if (state.over) expect(counts).toEqual([0, 0, 0])
    expect(GroupState.phaseOf(state, model.marked)).toBe(model.phase)
    expect(state.closed).toBe(model.closes[0])
    expect(GroupState.failuresOf(state)).toEqual([...model.kept("first"), ...model.kept("kept")])
    expect(state.late).toEqual(model.kept("late"))
    expect(GroupState.endingOf(state, model.marked)).toBe(model.ending)
    this.seen.add(model.ending)
  }

  /** Whatever has happened, when all has ended the group is over. */
  finish(): void {
    this.happen({ _tag: "bodySucceeds" })
    while (this.model.bursts.some(({ running }) => running)) this.happen({ _tag: "burstEnds" })
    while (this.model.tasks.some(({ running }) => running)) this.happen({ _tag: "taskSucceeds", which: 0 })
    expect(this.model.released).toBe(true)
    this.check()
  }
}

it("is what a list of all that happened says, through 10,000 random histories [TG-04, TG-05, TG-12, RU-02, XG-05]", () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.array(event, { maxLength: 24 }), (events) => {
      const trial = new Trial(seen)
      trial.check()
      for (const happened of events) {
        trial.happen(happened)
        trial.check()
      }
      trial.finish()
    }),
    { numRuns: 10_000 }
  )
  const phases = ["open", "closing", "over"]
  const steps = ["wait", "tellDaemons", "goOn"]
  const endings = ["failed", "decided", "cut", "body"]
  expect(seen).toEqual(new Set([...phases, ...steps, ...endings, "cancelled by a task", "cancelled by the body"]))
})

it("takes as many failures at once as there are [TG-12]", () => {
  const state = GroupState.newGroup()
  const many = failuresOf(
    "task",
    Array.from({ length: 300_000 }, () => "error" as const)
  )
  expect(GroupState.taskFailed(state, many, false, false, false)).toBe(true)
  expect(GroupState.failuresOf(state)).toHaveLength(300_000)
})

it("whose result was taken keeps what comes after it apart [TG-19]", () => {
  const state = GroupState.newGroup()
  const hand = (...kinds: Parameters<typeof failuresOf>[1]) => failuresOf("task", kinds)
  GroupState.bodyFailed(state, hand("error"), false)
  GroupState.taskFailed(state, hand("defect"), false, false, true)
  GroupState.keepLate(state, hand("defect"))
  const [before, late] = [GroupState.failuresOf(state), [...state.late]]
  const taken = GroupState.take(state)
  expect([GroupState.failuresOf(taken), taken.late]).toEqual([before, late])
  expect([GroupState.endingOf(taken, true), GroupState.endingOf(state, true)]).toEqual(["failed", "cut"])
  expect([GroupState.failuresOf(state), state.late]).toEqual([[], []])
  GroupState.releaseFailed(state, hand("defect"))
  expect([GroupState.failuresOf(state).length, GroupState.failuresOf(taken)]).toEqual([1, before])
})

it("looks for daemons to tell once, and not at the end of each of them [RU-02]", () => {
  const state = GroupState.newGroup()
  for (let i = 0; i < 1000; i++) GroupState.taskSpawned(state, true)
  GroupState.bodyEnded(state, Exit.void)
  expect(GroupState.next(state)).toBe("tellDaemons")
  for (let i = 0; i < 1000; i++) {
    expect(GroupState.next(state)).toBe("wait")
    GroupState.taskEnded(state, true)
  }
  expect(GroupState.next(state)).toBe("goOn")
})
