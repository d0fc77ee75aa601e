import { budgets } from "./cases/budgets.ts"
import { cancelScopeCleanup } from "./cases/cancelScopeCleanup.ts"
import { cancelScopeContext } from "./cases/cancelScopeContext.ts"
import { cancelScopeEdge } from "./cases/cancelScopeEdge.ts"
import { cancelScopeNesting } from "./cases/cancelScopeNesting.ts"
import { channelCapacity } from "./cases/channelCapacity.ts"
import { channelEnds } from "./cases/channelEnds.ts"
import { channelHandles } from "./cases/channelHandles.ts"
import { channelHandover } from "./cases/channelHandover.ts"
import { channelKinds } from "./cases/channelKinds.ts"
import { channelOverflow } from "./cases/channelOverflow.ts"
import { channelPermits } from "./cases/channelPermits.ts"
import { channelCancel } from "./cases/channelCancel.ts"
import { daemons } from "./cases/daemons.ts"
import { joiners } from "./cases/joiners.ts"
import { limits } from "./cases/limits.ts"
import { locks } from "./cases/locks.ts"
import { permits } from "./cases/permits.ts"
import { run } from "./cases/run.ts"
import { select } from "./cases/select.ts"
import { selectChoice } from "./cases/selectChoice.ts"
import { selectGuards } from "./cases/selectGuards.ts"
import { shields } from "./cases/shields.ts"
import { synchronisation } from "./cases/synchronisation.ts"
import { taskGroupCancelled } from "./cases/taskGroupCancelled.ts"
import { taskGroupCompletions } from "./cases/taskGroupCompletions.ts"
import { taskGroupFailure } from "./cases/taskGroupFailure.ts"
import { taskGroupLife } from "./cases/taskGroupLife.ts"
import { taskGroupNames } from "./cases/taskGroupNames.ts"
import { taskGroupOutcomes } from "./cases/taskGroupOutcomes.ts"
import { taskGroupRoom } from "./cases/taskGroupRoom.ts"
import { taskGroupStart } from "./cases/taskGroupStart.ts"
import { timeout } from "./cases/timeout.ts"
import { timeoutOnRealClock } from "./cases/timeoutOnRealClock.ts"
import type { Scenario } from "./harness/Scenario.ts"

/** Every scenario that has a program. */
export const scenarios: ReadonlyArray<Scenario> = [
  ...taskGroupLife,
  ...taskGroupNames,
  ...taskGroupFailure,
  ...taskGroupCancelled,
  ...taskGroupOutcomes,
  ...taskGroupStart,
  ...taskGroupRoom,
  ...taskGroupCompletions,
  ...daemons,
  ...joiners,
  ...cancelScopeEdge,
  ...cancelScopeNesting,
  ...cancelScopeCleanup,
  ...cancelScopeContext,
  ...shields,
  ...timeout,
  ...timeoutOnRealClock,
  ...budgets,
  ...channelCapacity,
  ...channelHandover,
  ...channelCancel,
  ...channelHandles,
  ...channelEnds,
  ...channelPermits,
  ...channelOverflow,
  ...channelKinds,
  ...select,
  ...selectChoice,
  ...selectGuards,
  ...permits,
  ...locks,
  ...limits,
  ...synchronisation,
  ...run
]
