import type { Run } from "./Run.ts"
import { costRuns } from "./runs/cost.ts"
import { flatRuns } from "./runs/flat.ts"
import { memoryRuns } from "./runs/memory.ts"
import { nestingRuns } from "./runs/nesting.ts"
import { programRuns } from "./runs/programs.ts"
import { relayRuns } from "./runs/relays.ts"
import { schedulerRuns } from "./runs/scheduler.ts"
import { signalRuns } from "./runs/signals.ts"
import { starvationRuns } from "./runs/starvation.ts"
import { timeRuns } from "./runs/time.ts"

/** Every run, in the order in which they are made. */
export const runs: ReadonlyArray<Run> = [
  ...relayRuns,
  ...programRuns,
  ...nestingRuns,
  ...flatRuns,
  ...starvationRuns,
  ...memoryRuns,
  ...costRuns,
  ...signalRuns,
  ...schedulerRuns,
  ...timeRuns
]
