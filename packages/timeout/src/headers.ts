import { askerOf, clockOf, currentNode, effectiveDeadlineOf, nowOn, report } from "@ferrule/runtime"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type { DeadlineExceeded } from "./DeadlineExceeded.ts"
import { failExceeded, runFor, same } from "./internal/DeadlineRegion.ts"

const header = "ferrule-timeout"

/**
 * The deadline of the running code as headers of a request: one, `ferrule-timeout`, the whole milliseconds that are
 * left, rounded down; none where there is no deadline. Zero when the deadline has passed, or a cancel has come.
 *
 * What is left, not the deadline itself: the other side has another clock.
 *
 * @example The budget goes with the request
 * ```ts
 * import { Effect } from "effect"
 * import { Timeout } from "ferrule"
 *
 * const left = await Effect.runPromise(Timeout.toHeaders.pipe(Timeout.failAfter("2 seconds")))
 * const millis = Number(left["ferrule-timeout"])
 * console.log(millis > 1000 && millis <= 2000) // => true
 * console.log(await Effect.runPromise(Timeout.toHeaders)) // => {}
 * ```
 *
 * @see fromHeaders for the other side
 * @category deadlines
 * @since 0.1.0
 */
export const toHeaders: Effect.Effect<Record<string, string>> = Effect.withFiber((fiber) => {
  const node = currentNode(fiber)
  const deadline = node === undefined ? undefined : effectiveDeadlineOf(node)
  if (deadline === undefined || deadline === Infinity) return Effect.succeed({})
  const left = Math.floor(Math.max(0, deadline - nowOn(clockOf(fiber))))
  // Beyond it a number is not written in digits alone; and it is 285,000 years.
  return Effect.succeed({ [header]: String(Math.min(left, Number.MAX_SAFE_INTEGER)) })
})

/** The header's values: more than one where its name was written in several ways. */
const valuesIn = (headers: Readonly<Record<string, unknown>>): ReadonlyArray<unknown> =>
  Object.entries(headers)
    .filter(([name, value]) => value !== undefined && name.toLowerCase() === header)
    .map(([, value]) => value)

/** Whole milliseconds, or nothing. Who sends them is not to be trusted: a value may be anything. */
const read = (value: unknown): number | undefined => {
  if (typeof value !== "string" || !/^-?[0-9]+$/.test(value)) return undefined
  const millis = Number(value)
  return millis > Number.MAX_SAFE_INTEGER ? undefined : millis
}

const show = (value: unknown): string => {
  const text = typeof value === "string" ? value : Array.isArray(value) ? value.map(String).join(", ") : typeof value
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}

const ignore = (values: ReadonlyArray<unknown>): Effect.Effect<void> =>
  Effect.withFiber((fiber) => {
    const what = values.map(show).join(" and ")
    const error = new RangeError(
      `the header ${header} is ${what}, no whole number of milliseconds, and is ignored: send what Timeout.toHeaders gives.`
    )
    return report({ task: askerOf(fiber), group: "Timeout.fromHeaders", cause: Cause.fail(error), kind: "failure" })
  })

/**
 * Runs an effect under the deadline that came with a request: the earlier of it and the deadline that is in force
 * here. Names of headers are matched in any case. Without the header nothing changes.
 *
 * - **Completes when** the effect does.
 * - **Fails when** the effect fails, or with `DeadlineExceeded` when what the header says has passed; 0 or less has
 *   passed at once, so that only the synchronous start runs.
 * - **When cancelled** from outside, so is the effect.
 * - A header that cannot be read (no whole number, or several) is ignored and told to the failure hook: whatever a
 *   client sends, there is no defect, and no later deadline than our own.
 *
 * @example A server that gives up when its caller has
 * ```ts
 * import { Effect } from "effect"
 * import { Timeout } from "ferrule"
 *
 * const answer = Effect.sleep("1 minute").pipe(Timeout.fromHeaders({ "Ferrule-Timeout": "10" }))
 * console.log((await Effect.runPromise(Effect.flip(answer)))._tag) // => DeadlineExceeded
 * ```
 *
 * @see toHeaders for the side that asks
 * @category deadlines
 * @since 0.1.0
 */
export const fromHeaders =
  (headers: Readonly<Record<string, string | undefined>>) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E | DeadlineExceeded, R> =>
    Effect.suspend(() => {
      const values = valuesIn(headers)
      if (values.length === 0) return self
      const millis = values.length === 1 ? read(values[0]) : undefined
      if (millis === undefined) return Effect.andThen(ignore(values), self)
      return runFor(self, Math.max(0, millis), header, header, same, failExceeded)
    })
