/** All workloads, in the order of the table. */
import type { Workload } from "./Workload.ts"
import { broadcast } from "./workloads/broadcast.ts"
import { buffered1, buffered16, buffered1024, bufferedUnbounded } from "./workloads/buffered.ts"
import { depthCancel } from "./workloads/depthCancel.ts"
import { exploreTwoFibers } from "./workloads/exploreTwoFibers.ts"
import { fanIn } from "./workloads/fanIn.ts"
import { fanOut } from "./workloads/fanOut.ts"
import { groupsNested } from "./workloads/groupsNested.ts"
import { groupsSequential } from "./workloads/groupsSequential.ts"
import { idleHeap } from "./workloads/idleHeap.ts"
import { idleHeapDeadline } from "./workloads/idleHeapDeadline.ts"
import { inspectSuspending, inspectTrivial } from "./workloads/inspect.ts"
import { mapLimit } from "./workloads/mapLimit.ts"
import { rendezvous } from "./workloads/rendezvous.ts"
import { select } from "./workloads/select.ts"
import { sieve } from "./workloads/sieve.ts"
import { skynet } from "./workloads/skynet.ts"
import { sleepersCancel } from "./workloads/sleepersCancel.ts"
import { spawnSuspending } from "./workloads/spawnSuspending.ts"
import { spawnTrivial } from "./workloads/spawnTrivial.ts"
import { timeoutFiring } from "./workloads/timeoutFiring.ts"
import { timeoutIdle } from "./workloads/timeoutIdle.ts"
import { timeoutNested } from "./workloads/timeoutNested.ts"
import { virtualSleeps } from "./workloads/virtualSleeps.ts"

export const workloads: ReadonlyArray<Workload> = [
  spawnTrivial,
  spawnSuspending,
  groupsSequential,
  groupsNested,
  depthCancel,
  sleepersCancel,
  timeoutIdle,
  timeoutFiring,
  timeoutNested,
  rendezvous,
  buffered1,
  buffered16,
  buffered1024,
  bufferedUnbounded,
  fanIn,
  fanOut,
  select,
  broadcast,
  mapLimit,
  sieve,
  skynet,
  idleHeap,
  idleHeapDeadline,
  exploreTwoFibers,
  virtualSleeps,
  inspectTrivial,
  inspectSuspending
]
