import { expect, it } from "@effect/vitest"
import { Clock, Duration, Effect } from "effect"
import { TestClock } from "effect/testing"
import { describe } from "vitest"
import { clockOf, instantOf, isRealClock, millisOf, nowOn, type TimerClock, timerOn } from "../src/index.ts"

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length

const theClock = Effect.withFiber((fiber) => Effect.succeed(clockOf(fiber)))

describe("millisOf", () => {
  it.each([
    [0, 0],
    [-0, 0],
    [-5, 0],
    [1500, 1500],
    ["2 seconds", 2000],
    [Duration.seconds(3), 3000],
    [Duration.zero, 0],
    [Infinity, Infinity],
    [-Infinity, 0],
    ["3650 days", 315_360_000_000]
  ] as const)("reads %s as %s milliseconds", (input, millis) => {
    expect(millisOf(input, "limit")).toBe(millis)
  })

  it.each([Number.NaN, "soon", "NaN seconds", "", Infinity - Infinity, undefined, null])(
    "refuses %s with an error that names the argument [TO-07]",
    (input) => {
      // Sound: it is what a program without types can pass.
      expect(() => millisOf(input as Duration.Input, "length of the nap")).toThrow(/length of the nap is .*no duration/)
    }
  )
})

describe("instantOf", () => {
  it("takes every time there is, also ones that have passed or never come", () => {
    for (const at of [0, -1, Infinity, -Infinity, 1e15]) expect(instantOf(at, "time")).toBe(at)
  })

  it.each([Number.NaN, "5", undefined])("refuses %s with an error that names the argument [TO-07]", (input) => {
    expect(() => instantOf(input as number, "time of the bell")).toThrow(/time of the bell is .*no time/)
  })
})

describe("timers on the real clock", () => {
  it.live("fire once, never early, and leave no timer", () =>
    Effect.gen(function* () {
      const clock = yield* theClock
      const before = timers()
      const at = nowOn(clock) + 15
      const fired: Array<number> = []
      yield* Effect.callback<void>((resume) => {
        timerOn(clock, at, "sleep", () => {
          fired.push(nowOn(clock))
          resume(Effect.void)
        })
      })
      expect(fired).toHaveLength(1)
      expect(fired[0]).toBeGreaterThanOrEqual(at)
      // A timer counts until its callback has returned.
      yield* Effect.yieldNow
      expect(timers()).toBe(before)
    })
  )

  it.live("that are called off do not fire, and are gone at once", () =>
    Effect.gen(function* () {
      const clock = yield* theClock
      const before = timers()
      let fired = false
      const callOff = timerOn(clock, nowOn(clock) + 5, "sleep", () => (fired = true))
      expect(timers()).toBe(before + 1)
      callOff()
      expect(timers()).toBe(before)
      yield* Effect.sleep(15)
      expect(fired).toBe(false)
    })
  )

  it.live("ten years ahead do not overflow and do not fire at once [TO-20]", () =>
    Effect.gen(function* () {
      const clock = yield* theClock
      let fired = false
      const callOff = timerOn(clock, nowOn(clock) + Duration.toMillis("3650 days"), "sleep", () => (fired = true))
      yield* Effect.sleep(10)
      expect(fired).toBe(false)
      callOff()
    })
  )

  it.live("at infinity arm nothing", () =>
    Effect.gen(function* () {
      const before = timers()
      timerOn(yield* theClock, Infinity, "sleep", () => {})()
      expect(timers()).toBe(before)
    })
  )
})

describe("timers on another clock", () => {
  it.effect("go by that clock, and by no real timer", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(0)
      const clock = yield* theClock
      expect(isRealClock(clock)).toBe(false)
      const fired: Array<string> = []
      const before = timers()
      timerOn(clock, nowOn(clock) + 100, "deadline", () => fired.push("a"))
      timerOn(clock, nowOn(clock) + 100, "deadline", () => fired.push("never"))()
      yield* TestClock.adjust(99)
      expect(fired).toEqual([])
      yield* TestClock.adjust(1)
      expect(fired).toEqual(["a"])
      expect(timers()).toBe(before)
    })
  )

  it.effect("that takes callbacks are asked of the clock itself, with their kind", () =>
    Effect.gen(function* () {
      const asked: Array<string> = []
      const present = yield* theClock
      // Sound: of the clock only what is added here is asked for.
      const clock = Object.assign(Object.create(present), {
        "~ferrule/runtime/TimerClock": {
          timer: (at: number, kind: string) => {
            asked.push(`${kind} ${at}`)
            return () => asked.push("off")
          }
        }
      }) as TimerClock
      const own = yield* Effect.provideService(theClock, Clock.Clock, clock)
      timerOn(own, 7, "deadline", () => {})()
      expect(asked).toEqual(["deadline 7", "off"])
    })
  )
})
