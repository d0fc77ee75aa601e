/**
 * What one more costs when there are many already: per task of a group, and per level of nesting. A sample makes the
 * same number of things at every size, in as many programs as that takes; samples of the sizes take turns.
 *
 * Cost is time of the processor. The collector runs on the thread itself here, so that its part of it is known: that of
 * its pauses in the whole time.
 */
import { Effect } from "effect"
import { TaskGroup } from "ferrule"
import { expect, type Run, type Size } from "../Run.ts"
import { watched } from "../watched.ts"
import { nested } from "./nesting.ts"

const samples = 5

/** At most so many times as much for each at the greatest size as at the least. */
const limit = 1.3

/** Beside other work the same program gives ratios from 0.6 to 1.8: below this share of a processor nothing is judged. */
const quiet = 0.9

interface Sample {
  /** Microseconds of processor for each, garbage collection apart. */
  readonly own: number
  readonly gc: number
  /** The part of the time for which the thread had a processor. */
  readonly share: number
}

const sampleOf = async (program: Effect.Effect<number>, size: number, total: number): Promise<Sample> => {
  const rounds = Math.max(1, Math.round(total / size))
  const [made, seen] = await watched(async () => {
    let made = 0
    for (let round = 0; round < rounds; round++) made += await Effect.runPromise(program)
    return made
  })
  expect(made === rounds * size, `${rounds * size} made, got ${made}`)
  const whole = (seen.busy * 1000) / made
  const gc = (whole * seen.gc) / seen.millis
  return { own: whole - gc, gc, share: seen.busy / seen.millis }
}

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

interface Costs {
  /** By size: medians of five, after one round that only warms up. */
  readonly each: ReadonlyMap<number, number>
  readonly share: number
}

const compare = async (
  what: string,
  program: (size: number) => Effect.Effect<number>,
  sizes: ReadonlyArray<number>,
  total: number,
  say: (line: string) => void
): Promise<Costs> => {
  const taken = new Map(sizes.map((size) => [size, [] as Array<Sample>]))
  for (let round = 0; round <= samples; round++) {
    for (const [size, list] of taken) {
      const sample = await sampleOf(program(size), size, total)
      if (round > 0) list.push(sample)
    }
  }
  const each = new Map<number, number>()
  for (const [size, list] of taken) {
    const own = list.map((sample) => sample.own)
    each.set(size, median(own))
    const least = each.get(sizes[0] ?? 0) ?? NaN
    say(
      `${what}, ${size.toLocaleString("en")}: ${median(own).toFixed(2)} µs each (${Math.min(...own).toFixed(2)} to ` +
        `${Math.max(...own).toFixed(2)}), ${(median(own) / least).toFixed(2)} times · GC apart ` +
        `${median(list.map((sample) => sample.gc)).toFixed(2)} µs each`
    )
  }
  return { each, share: median([...taken.values()].flat().map((sample) => sample.share)) }
}

const flat = (count: number): Effect.Effect<number> =>
  TaskGroup.run("flat", function* (group) {
    const tasks: Array<TaskGroup.Task<number, never>> = []
    for (let index = 0; index < count; index++) tasks.push(yield* group.spawn(Effect.succeed(1)))
    let ended = 0
    for (const task of tasks) ended += yield* task.join
    return ended
  })

const judge = ({ each, share }: Costs, least: number, greatest: number, say: (line: string) => void): void => {
  const ratio = (each.get(greatest) ?? NaN) / (each.get(least) ?? NaN)
  if (share < quiet)
    return say(`NOT JUDGED: the machine was busy, and left the thread ${Math.round(share * 100)} % of a processor`)
  expect(ratio <= limit, `at most ${limit} times the cost of ${least} at ${greatest}, got ${ratio.toFixed(2)}`)
}

const perTask = async (size: Size, say: (line: string) => void): Promise<void> => {
  const greatest = size === "long" ? 1_000_000 : 100_000
  const costs = await compare(
    "tasks",
    flat,
    [1000, 10_000, 100_000, greatest].filter((n, i, all) => all.indexOf(n) === i),
    greatest,
    say
  )
  if (size === "long") judge(costs, 1000, greatest, say)
}

const perLevel = async (size: Size, say: (line: string) => void): Promise<void> => {
  for (const kind of ["scopes", "timeouts", "groups"] as const) {
    const sizes = size === "long" ? [1000, 10_000, 100_000] : [1000, 10_000]
    const costs = await compare(kind, (depth) => nested(kind, depth), sizes, sizes.at(-1) ?? 0, say)
    if (size === "long") judge(costs, 1000, 10_000, say)
  }
}

export const costRuns: ReadonlyArray<Run> = [
  {
    name: "cost-per-task",
    claim: `a task costs at most ${limit} times as much among 1,000,000 as among 1,000`,
    seconds: { long: 600, short: 120 },
    flags: ["--single-threaded-gc"],
    go: perTask
  },
  {
    name: "cost-per-level",
    claim: `a level costs at most ${limit} times as much among 10,000 as among 1,000`,
    seconds: { long: 600, short: 120 },
    flags: ["--single-threaded-gc"],
    go: perLevel
  }
]
