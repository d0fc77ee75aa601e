import { Effect } from "effect"
import { TaskGroup } from "ferrule"
import { Progress } from "../cli/Demo.ts"
import type { DemoDatabase } from "./DemoDatabase.ts"
import { type Reading, readingOf } from "./Reading.ts"

/** Asks for single readings, so many at once. Answers how many answers were right. */
export const queryReadings = Effect.fnUntraced(function* (
  { sql }: DemoDatabase,
  options: { readonly queries: number; readonly rows: number; readonly limit: number }
) {
  const { status } = yield* Progress
  let right = 0
  const ask = Effect.fnUntraced(function* (n: number) {
    const wanted = readingOf(1 + ((n * 7907) % options.rows))
    const [found] = yield* sql<Reading>`SELECT sensor, value FROM reading WHERE id = ${wanted.id}`
    if (found?.sensor === wanted.sensor && found.value === wanted.value) right++
    yield* status(`  ${n} of ${options.queries} queries asked`)
  })
  yield* TaskGroup.forEach(Array(options.queries).keys(), ask, { limit: options.limit, name: "queries" })
  return right
})
