import { run as runScope } from "@ferrule/cancel-scope"
import { expect, it } from "@effect/vitest"
import { Duration, Effect, Exit, Option } from "effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { describe } from "vitest"
import * as Timeout from "../src/index.ts"
import { ended, reasonsOf, told, valueAfter } from "./support/trial.ts"

type Headers = Readonly<Record<string, string | undefined>>

const remaining = Effect.map(Timeout.remaining, Option.map(Duration.toMillis))

/** What is left inside, under these headers and a deadline of our own. */
const leftUnder = (headers: Headers, own: number | undefined) =>
  Effect.map(
    ended(
      own === undefined
        ? Timeout.fromHeaders(headers)(remaining)
        : Timeout.failAfter(Timeout.fromHeaders(headers)(remaining), own)
    ),
    ({ exit, reports }) => ({
      exit,
      reports: told(reports),
      left: Exit.isSuccess(exit) ? Option.getOrUndefined(exit.value) : exit
    })
  )

describe("toHeaders", () => {
  it.effect("says what is left in whole milliseconds, rounded down [XT-04]", () =>
    Effect.gen(function* () {
      const sent = (length: number, wait: number) =>
        ended(Timeout.failAfter(Effect.andThen(Effect.sleep(wait), Timeout.toHeaders), length))
      expect((yield* sent(1000, 400)).exit).toEqual(Exit.succeed({ "ferrule-timeout": "600" }))
      expect((yield* sent(99.9, 0)).exit).toEqual(Exit.succeed({ "ferrule-timeout": "99" }))
      expect((yield* sent(0.5, 0)).exit).toEqual(Exit.succeed({ "ferrule-timeout": "0" }))
      expect((yield* sent(0, 0)).exit).toEqual(Exit.succeed({ "ferrule-timeout": "0" }))
    })
  )

  it.effect("says nothing without a deadline, or without an end to it", () =>
    Effect.gen(function* () {
      expect((yield* ended(Timeout.toHeaders)).exit).toEqual(Exit.succeed({}))
      expect((yield* ended(Timeout.failAfter(Timeout.toHeaders, Infinity))).exit).toEqual(Exit.succeed({}))
      expect((yield* ended(runScope("plain", () => Timeout.toHeaders))).exit).toMatchObject({ value: { value: {} } })
    })
  )

  it.effect("says 0 where a cancel has come, and a readable number whatever the deadline", () =>
    Effect.gen(function* () {
      const said: Array<unknown> = []
      const body = Effect.onInterrupt(Effect.never, () =>
        Effect.map(Timeout.toHeaders, (headers) => void said.push(headers))
      )
      yield* ended(Timeout.failAfter(body, 20))
      expect(said).toEqual([{ "ferrule-timeout": "0" }])
      const far = yield* ended(Timeout.failAfter(Timeout.toHeaders, 1e300))
      expect(far.exit).toEqual(Exit.succeed({ "ferrule-timeout": String(Number.MAX_SAFE_INTEGER) }))
      expect((yield* leftUnder(Exit.isSuccess(far.exit) ? far.exit.value : {}, 50)).left).toBe(50)
    })
  )
})

describe("fromHeaders", () => {
  it.effect("the earlier of the header and our own deadline counts, in any case of its name [XT-04]", () =>
    Effect.gen(function* () {
      expect((yield* leftUnder({ "ferrule-timeout": "600" }, 250)).left).toBe(250)
      expect((yield* leftUnder({ "ferrule-timeout": "600" }, 800)).left).toBe(600)
      expect((yield* leftUnder({ "Ferrule-Timeout": "600" }, undefined)).left).toBe(600)
      expect((yield* leftUnder({ "FERRULE-TIMEOUT": "007", other: "1" }, undefined)).left).toBe(7)
      expect((yield* leftUnder({ "ferrule-timeout": undefined }, 250)).left).toBe(250)
      expect((yield* leftUnder({}, undefined)).left).toBe(undefined)
    })
  )

  it.effect("the header's deadline is one like any other: it says whose it was, and waits for cleanup [TO-19]", () =>
    Effect.gen(function* () {
      const body = Effect.ensuring(Effect.never, Effect.sleep(30))
      const { at, exit } = yield* ended(Timeout.fromHeaders({ "ferrule-timeout": "50" })(body))
      expect([at, reasonsOf(exit)]).toEqual([80, ["Fail DeadlineExceeded"]])
      const error = yield* Effect.flip(exit)
      expect(error).toMatchObject({ label: "ferrule-timeout" })
    })
  )

  it.effect("0 or less is spent: only the synchronous start runs [TO-05]", () =>
    Effect.gen(function* () {
      for (const spent of ["0", "-0", "-5", "-99999999999999999999999"]) {
        const headers = { "ferrule-timeout": spent }
        const { at, exit, reports } = yield* ended(Timeout.fromHeaders(headers)(Effect.sleep(10)))
        expect([at, reasonsOf(exit), reports]).toEqual([0, ["Fail DeadlineExceeded"], []])
        expect((yield* ended(Timeout.fromHeaders(headers)(Effect.succeed("v")))).exit).toEqual(Exit.succeed("v"))
      }
    })
  )

  it.effect("what cannot be read is ignored, and told to the failure hook with what it was", () =>
    Effect.gen(function* () {
      const values = [
        "",
        " ",
        "abc",
        "NaN",
        "1e400",
        "1e3",
        "1.5",
        "+5",
        "0x10",
        "5,6",
        "5, 6",
        "Infinity",
        "--5",
        "5\n",
        "٣"
      ]
      for (const value of [...values, "9".repeat(400)]) {
        const { left, reports } = yield* leftUnder({ "ferrule-timeout": value }, 250)
        expect([value, left]).toEqual([value, 250])
        expect(reports).toEqual([expect.stringContaining(JSON.stringify(value).slice(0, 40))])
      }
      const list = { "ferrule-timeout": ["5", "6"] } as unknown as Headers
      expect((yield* leftUnder(list, 250)).reports).toEqual([expect.stringContaining(`"5, 6"`)])
      const twice = { "ferrule-timeout": "5", "Ferrule-Timeout": "6" }
      expect(yield* leftUnder(twice, 250)).toMatchObject({
        left: 250,
        reports: [expect.stringContaining(`"5" and "6"`)]
      })
    })
  )

  it.effect("the largest whole number is read, and 40 characters are shown in full", () =>
    Effect.gen(function* () {
      const largest = String(Number.MAX_SAFE_INTEGER)
      expect((yield* leftUnder({ "ferrule-timeout": largest }, 250)).reports).toEqual([])
      for (const [length, end] of [
        [40, '"'],
        [41, '…"']
      ] as const) {
        const { reports } = yield* leftUnder({ "ferrule-timeout": "x".repeat(length) }, 250)
        expect(reports).toEqual([expect.stringContaining(`is "${"x".repeat(40)}${end}`)])
      }
    })
  )

  it.effect("a report is short, whatever was sent", () =>
    Effect.gen(function* () {
      const { reports } = yield* leftUnder({ "ferrule-timeout": "x".repeat(1_000_000) }, 250)
      expect(reports[0]!.length).toBeLessThan(250)
    })
  )

  it.effect("10^12 is far, but not later than our own, and works where there is none", () =>
    Effect.gen(function* () {
      expect((yield* leftUnder({ "ferrule-timeout": "1000000000000" }, 250)).left).toBe(250)
      const { at, exit } = yield* ended(
        Timeout.fromHeaders({ "ferrule-timeout": "1000000000000" })(valueAfter(50, "v"))
      )
      expect([at, exit]).toEqual([50, Exit.succeed("v")])
    })
  )

  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.double().map(String),
    fc.bigInt().map(String),
    { weight: 3, arbitrary: fc.integer({ min: -10, max: 20_000 }).map(String) },
    fc.array(fc.integer(), { minLength: 2 }).map((several) => several.join(",")),
    fc.stringMatching(/^[-+]?[0-9]{0,30}([.e][0-9]{1,3})?$/)
  )
  const nonsense: fc.Arbitrary<unknown> = fc.oneof(
    { weight: 9, arbitrary: hostile },
    { weight: 1, arbitrary: fc.anything() }
  )
  const name = fc.constantFrom("ferrule-timeout", "Ferrule-Timeout", "FERRULE-TIMEOUT", "ferrule_timeout", "__proto__")

  const under = fc.record({
    sent: fc.dictionary(name, nonsense, { minKeys: 1, maxKeys: 2 }),
    own: fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: undefined })
  })

  it("whatever is sent: no defect, and never a later deadline than our own", async () => {
    let readableOnes = 0
    const check = async ({
      own,
      sent
    }: {
      readonly own: number | undefined
      readonly sent: Record<string, unknown>
    }) => {
      // Sound for the test: a server's headers may hold anything, whatever their type says.
      const program = leftUnder(sent as Headers, own)
      const { exit, left } = await Effect.runPromise(Effect.provide(program, TestClock.layer()))
      expect(Exit.isSuccess(exit)).toBe(true)
      const values = Object.entries(sent).flatMap(([key, value]) =>
        key.toLowerCase() === "ferrule-timeout" && value !== undefined ? [value] : []
      )
      const only = values.length === 1 ? values[0] : undefined
      const readable = typeof only === "string" && /^-?\d+$/.test(only) && Number(only) <= Number.MAX_SAFE_INTEGER
      if (readable) readableOnes++
      const theirs = readable ? Math.max(0, Number(only)) : Infinity
      const expected = Math.min(theirs, own ?? Infinity)
      expect(left).toBe(expected === Infinity ? undefined : expected)
    }
    await fc.assert(fc.asyncProperty(under, check), { numRuns: 1000 })
    expect(readableOnes).toBeGreaterThan(50)
  })
})
