/** All workloads, in the order of the table. */
import type { Workload } from "./Workload.ts"
import { groupsNested } from "./workloads/groupsNested.ts"
import { groupsSequential } from "./workloads/groupsSequential.ts"
import { spawnSuspending } from "./workloads/spawnSuspending.ts"
import { spawnTrivial } from "./workloads/spawnTrivial.ts"

export const workloads: ReadonlyArray<Workload> = [spawnTrivial, spawnSuspending, groupsSequential, groupsNested]
