import { attemptPrograms } from "./programs/attempts.ts"
import { broadcastPrograms } from "./programs/broadcast.ts"
import { cancelPrograms } from "./programs/cancels.ts"
import { cancelTreePrograms } from "./programs/cancelTrees.ts"
import { clausePrograms } from "./programs/clauses.ts"
import { concurrentLimitPrograms } from "./programs/concurrentLimits.ts"
import { conditionPrograms } from "./programs/conditions.ts"
import { conservationPrograms } from "./programs/conservation.ts"
import { conversionPrograms } from "./programs/conversions.ts"
import { deadlinePrograms } from "./programs/deadlines.ts"
import { endingPrograms } from "./programs/endings.ts"
import { failingPrograms } from "./programs/failing.ts"
import { groupLifePrograms } from "./programs/groupLives.ts"
import { groupRoomPrograms } from "./programs/groupRooms.ts"
import { keyedLimitPrograms } from "./programs/keyedLimits.ts"
import { kindPrograms } from "./programs/kinds.ts"
import { meetingPrograms } from "./programs/meetings.ts"
import { mutexPrograms } from "./programs/mutexes.ts"
import { overflowPrograms } from "./programs/overflow.ts"
import { permitPrograms } from "./programs/permits.ts"
import { ratePrograms } from "./programs/rates.ts"
import { scopeRegionPrograms } from "./programs/scopeRegions.ts"
import { selectCommitPrograms } from "./programs/selectCommits.ts"
import { semaphorePrograms } from "./programs/semaphores.ts"
import { startPrograms } from "./programs/starts.ts"
import { supervisedPrograms } from "./programs/supervised.ts"
import { taskHandlePrograms } from "./programs/taskHandles.ts"
import { taskListPrograms } from "./programs/taskLists.ts"
import { timerPrograms } from "./programs/timers.ts"
import { wakingPrograms } from "./programs/waking.ts"
import type { Program } from "./Program.ts"
import { randomChannels } from "./random/channels.ts"
import { randomGroups } from "./random/groups.ts"
import type { RandomPrograms } from "./random/randomPrograms.ts"
import { randomSemaphores } from "./random/semaphores.ts"

export interface Area {
  readonly name: string
  readonly programs: ReadonlyArray<Program>
  readonly random?: RandomPrograms
}

const taskGroup = [
  groupLifePrograms,
  taskHandlePrograms,
  groupRoomPrograms,
  supervisedPrograms,
  taskListPrograms,
  startPrograms
]

const channel = [
  conservationPrograms,
  endingPrograms,
  permitPrograms,
  overflowPrograms,
  broadcastPrograms,
  kindPrograms,
  conversionPrograms
]

const area = (name: string, families: ReadonlyArray<ReadonlyArray<Program>>, random?: RandomPrograms): Area => ({
  name,
  programs: families.flat(),
  ...(random === undefined ? {} : { random })
})

/** The packages, and select by itself. */
export const areas: ReadonlyArray<Area> = [
  area("task-group", taskGroup, randomGroups),
  area("channel", channel, randomChannels),
  area("select", [selectCommitPrograms, clausePrograms]),
  area("sync", [semaphorePrograms, mutexPrograms, conditionPrograms, meetingPrograms], randomSemaphores),
  area("cancel-scope", [cancelPrograms, scopeRegionPrograms]),
  area("timeout", [deadlinePrograms, timerPrograms, attemptPrograms]),
  area("limit", [concurrentLimitPrograms, ratePrograms, keyedLimitPrograms]),
  area("runtime", [wakingPrograms, cancelTreePrograms, failingPrograms])
]
