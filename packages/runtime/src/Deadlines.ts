/**
 * The deadlines of one clock: a heap by time and depth, and one timer for the earliest.
 *
 * Invariant: whenever the heap is not empty an alarm is set, for its head or earlier; or `arming` says that it will be
 * when the starts that are under way on this stack have returned.
 * Invariant: a region is in the heap only between its entry and its end.
 */
import type * as Clock from "effect/Clock"
import { cancelNodeNow, cancelNodes, traceOf } from "./cancelling.ts"
import { DeadlineHeap } from "./internal/deadlineHeap.ts"
import { nextTurn } from "./internal/nextTurn.ts"
import { RestingTimer } from "./internal/restingTimer.ts"
import type { Region } from "./Region.ts"
import { isRealClock, nowOn, timerOn } from "./time.ts"

/** What calls the table when a time has come. A call too early is harmless: the table looks, and sets the next. */
interface Alarm {
  set(at: number): void
  /** Nobody waits for it. */
  rest(): void
}

class ClockAlarm implements Alarm {
  private readonly clock: Clock.Clock
  private readonly fire: () => void
  private at = Infinity
  private disarm: (() => void) | undefined = undefined

  constructor(clock: Clock.Clock, fire: () => void) {
    this.clock = clock
    this.fire = fire
  }

  set(at: number): void {
    if (at >= this.at) return
    this.rest()
    this.at = at
    this.disarm = timerOn(this.clock, at, "deadline", () => {
      this.at = Infinity
      this.fire()
    })
  }

  rest(): void {
    this.disarm?.()
    this.disarm = undefined
    this.at = Infinity
  }
}

class Deadlines {
  private readonly clock: Clock.Clock
  private readonly heap = new DeadlineHeap<Region<any, any>>()
  private readonly alarm: Alarm
  private arming = false

  constructor(clock: Clock.Clock) {
    this.clock = clock
    // On the real clock, one turn of the event loop later: a body that is done at this very instant has its value.
    this.alarm = isRealClock(clock) ? new RestingTimer(() => nextTurn(this.fire)) : new ClockAlarm(clock, this.fire)
  }

  set(region: Region<any, any>): void {
    this.heap.set(region)
    this.armSoon(region)
  }

  remove(region: Region<any, any>): void {
    this.heap.remove(region)
    // Those that are left are later, or as late: an alarm that is set is early enough for them.
    if (this.heap.size === 0) this.alarm.rest()
  }

  /** Nested regions set their deadlines one inside the other: the alarm is set once, when the outermost is under way. */
  private armSoon(region: Region<any, any>): void {
    if (this.arming) return
    this.arming = true
    region.queue!.whenUnnested(this.arm)
  }

  private readonly arm = (): void => {
    this.arming = false
    const head = this.heap.earliest()
    if (head === undefined) this.alarm.rest()
    else this.alarm.set(head)
  }

  private readonly fire = (): void => {
    const now = nowOn(this.clock)
    // Outermost of the equal ones first.
    cancelNodes(this.heap.takeDue(now), (region) => deadlineTrace(region, now))
    this.arm()
  }
}

const deadlineTrace = (region: Region<any, any>, now: number) =>
  traceOf(region, { _tag: "DeadlinePassed", deadline: region.deadlineAt ?? now }, now, undefined)

const tables = new WeakMap<Clock.Clock, Deadlines>()

/**
 * Sets, moves or (with `undefined`) removes the deadline of a region that has been entered. One that has passed already
 * cancels in this very step: a spent budget runs the synchronous start only. `now` is for who has just read the clock.
 *
 * @category building
 * @since 0.1.0
 */
export const setDeadline = (
  clock: Clock.Clock,
  region: Region<any, any>,
  at: number | undefined,
  now: number = nowOn(clock)
): void => {
  region.deadlineAt = at
  if (at === undefined || at === Infinity || region.hasEnded) return removeDeadline(clock, region)
  if (at <= now) {
    removeDeadline(clock, region)
    return cancelNodeNow(region, deadlineTrace(region, now), true)
  }
  let table = tables.get(clock)
  if (table === undefined) tables.set(clock, (table = new Deadlines(clock)))
  table.set(region)
}

/** Takes the region out of the table. */
export const removeDeadline = (clock: Clock.Clock, region: Region<any, any>): void => {
  if (region.heapPlace >= 0) tables.get(clock)?.remove(region)
}
