import { expect, it } from "vitest"
import { instrumented } from "../src/instrument.ts"
import { sitesIn } from "../src/sites.ts"
import { parse } from "../src/syntax.ts"

const runs = (code: string, given: Record<string, unknown> = {}): ReadonlyArray<number> => {
  const module = parse("snippet.ts", code)
  const told = instrumented(
    module,
    sitesIn(module).map((site, number) => [site, number] as const)
  )
  const reached = new Set<number>()
  const globals = globalThis as { __reached?: Set<number> | undefined }
  globals.__reached = reached
  try {
    // oxlint-disable-next-line no-implied-eval -- what is tested is that the code it makes can be run
    new Function(...Object.keys(given), told)(...Object.values(given))
  } finally {
    globals.__reached = undefined
  }
  return [...reached].toSorted((a, b) => a - b)
}

it("tells the number of each site that is evaluated, and of no other", () => {
  expect(runs("if (1 < 2) item.wake()\nelse queue.enqueue(item)", { item: { wake: () => {} } })).toEqual([0, 2])
})

it("tells of sites in sites, of blocks, and of statements that follow one without a semicolon", () => {
  const queue = { enqueue: (item: { wake(): void }) => item.wake() }
  const code = "let x = 0\nqueue.enqueue({ wake: () => resume(x) })\ntry {\n  x = 1\n} finally {\n  queue?.end()\n}"
  expect(runs(code, { queue: { ...queue, end: () => {} }, resume: () => {} })).toEqual([0, 1, 2, 3])
})
