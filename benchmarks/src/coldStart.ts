/** What a user pays before anything runs: bytes to download, and time to import. */
import { effectModulesOf, type ImportTime, importTime } from "./coldStart/importTimes.ts"
import { appSize, ownSize } from "./coldStart/sizes.ts"
import { type Staged, stagePackages } from "./coldStart/stagePackages.ts"
import type { Measured, Protocol } from "./measure.ts"
import { median, type Row } from "./Row.ts"

const rowOf = (workload: string, peer: string, unit: Row["unit"], samples: ReadonlyArray<number>): Row => ({
  workload,
  peer,
  unit,
  samples,
  median: median(samples),
  size: 1,
  items: 1
})

const sizes = async (staged: Staged): Promise<ReadonlyArray<Row>> => {
  const rows: Array<Row> = []
  for (const name of staged.packages) {
    const short = name === "ferrule" ? "umbrella" : name.replace("@ferrule/", "")
    rows.push(rowOf("cold-start-own", short, "kB", [await ownSize(staged, name)]))
  }
  rows.push(rowOf("cold-start-app", "ferrule", "kB", [await appSize(staged, "app.ts")]))
  rows.push(rowOf("cold-start-app", "effect", "kB", [await appSize(staged, "effectApp.ts")]))
  return rows
}

const timeRow = (name: string, peer: string, samples: ReadonlyArray<ImportTime>): Row => ({
  ...rowOf(
    `cold-start-import ${name}`,
    peer,
    "ms",
    samples.map(({ took }) => took)
  ),
  cpu: median(samples.map(({ worked }) => worked))
})

/** A process takes a tenth of a second to start, so there may be three times the samples: they vary more, too. */
const times = (staged: Staged, name: string, protocol: Protocol): ReadonlyArray<Row> => {
  const modules = effectModulesOf(staged, name)
  const own: Array<ImportTime> = []
  const effect: Array<ImportTime> = []
  const rounds = protocol.quick ? 1 : 3 * (protocol.warmUps + protocol.samples)
  for (let round = 0; round < rounds; round++) {
    own.push(importTime(staged, [name]))
    effect.push(importTime(staged, modules))
  }
  return [
    timeRow(name, "ferrule", own.slice(protocol.warmUps)),
    timeRow(name, "effect", effect.slice(protocol.warmUps))
  ]
}

/** Measures the packages as they are built and installed. */
export const measureColdStart = async (protocol: Protocol): Promise<Measured> => {
  protocol.tell("cold-start: builds the packages")
  const staged = stagePackages()
  try {
    const rows = [...(await sizes(staged))]
    for (const name of staged.packages) {
      protocol.tell(`cold-start: imports ${name}`)
      rows.push(...times(staged, name, protocol))
    }
    return { rows, skipped: [] }
  } finally {
    staged.remove()
  }
}
