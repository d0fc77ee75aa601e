import { barrierOfTwo } from "./bugs/barrierOfTwo.ts"
import { chargedTwice } from "./bugs/chargedTwice.ts"
import { checkedOnce } from "./bugs/checkedOnce.ts"
import { cleanupCutShort } from "./bugs/cleanupCutShort.ts"
import { doubleCommit } from "./bugs/doubleCommit.ts"
import { droppedValue } from "./bugs/droppedValue.ts"
import { groupSize } from "./bugs/groupSize.ts"
import { halfWritten } from "./bugs/halfWritten.ts"
import { initialisedTwice } from "./bugs/initialisedTwice.ts"
import { lateConnection } from "./bugs/lateConnection.ts"
import { lockOrder } from "./bugs/lockOrder.ts"
import { lostItem } from "./bugs/lostItem.ts"
import { lostUpdate } from "./bugs/lostUpdate.ts"
import { lostWakeUp } from "./bugs/lostWakeUp.ts"
import { permitLeak } from "./bugs/permitLeak.ts"
import { permitToTheDead } from "./bugs/permitToTheDead.ts"
import { philosophers } from "./bugs/philosophers.ts"
import { publishedEarly } from "./bugs/publishedEarly.ts"
import { releasedTwice } from "./bugs/releasedTwice.ts"
import { sameAgain } from "./bugs/sameAgain.ts"
import { staleRead } from "./bugs/staleRead.ts"
import { stampede } from "./bugs/stampede.ts"
import { tornSnapshot } from "./bugs/tornSnapshot.ts"
import { wokenForNothing } from "./bugs/wokenForNothing.ts"
import type { Planted } from "./Planted.ts"

/** The corpus. */
export const planted: ReadonlyArray<Planted> = [
  lostUpdate,
  staleRead,
  initialisedTwice,
  checkedOnce,
  publishedEarly,
  groupSize,
  stampede,
  sameAgain,
  tornSnapshot,
  lostItem,
  doubleCommit,
  droppedValue,
  chargedTwice,
  lockOrder,
  philosophers,
  lostWakeUp,
  barrierOfTwo,
  wokenForNothing,
  permitToTheDead,
  releasedTwice,
  lateConnection,
  permitLeak,
  halfWritten,
  cleanupCutShort
]
