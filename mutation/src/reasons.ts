/** Why a mutant that no test notices changes nothing, by the id of its site. */
export const reasons: Readonly<Record<string, string>> = {
  "masks packages/sync/src/Semaphore.ts PermitSemaphore.acquire: Effect.uninterruptibleMask((restore) => { const taking = new Taking(this.state, n) const kept = Eff…":
    "An interruption before the finalizer is added ends the effect with a failure, at which `onExit` gives back; one after it leaves them to the finalizer; and giving back twice gives back once.",
  "ties packages/limit/src/internal/rateState.ts RateState.nextAt: missing <= 0":
    "Where nothing is missing the other branch gives `since`, which has passed just as -Infinity has.",
  "ties packages/limit/src/internal/rateState.ts RateState.start: late < 0":
    "Late by exactly 0 the bucket is full: to begin anew at `now` with one start, or to add one to what is paid back at `now`, is the same debt.",
  "ties packages/timeout/src/internal/DeadlineRegion.ts failExceeded: cleanup.length > 0":
    "The long way gives the same single error under the same name; the branch only spares most timeouts that way.",
  "ties packages/timeout/src/internal/HedgeRegion.ts HedgeRegion.until.register: at < Infinity":
    "At Infinity `timerOn` arms nothing on Effect's clock and on ours; on a foreign clock it is a sleep without end that is called off with the wait.",
  "masks packages/channel/src/internal/Pipe.ts Pipe.putOrDropUnsafe.uninterruptible: uninterruptible: true":
    "Nobody else has the fiber of this hook, so nobody can interrupt it, masked or not.",
  "ties packages/channel/src/internal/Returned.ts Returned.add: heap[above]!.number < number":
    "Every number is given once: two in the heap are never equal.",
  "ties packages/channel/src/internal/Returned.ts Returned.sink: heap[below]!.number < heap[least]!.number":
    "Every number is given once: two in the heap are never equal.",
  "ties packages/channel/src/internal/Ring.ts Ring.grow: i < size":
    "The one slot more that is copied is the slot that the push for which the ring grows writes at once.",
  "ties packages/channel/src/internal/channelState.ts ChannelState.take: this.givers.size > 0":
    "`letIn` looks itself whether anybody stands in line; the comparison only spares the call.",
  "ties packages/channel/src/internal/broadcastState.ts BroadcastState.withdraw: this.blocked > 0":
    "With none blocked no gate stands in line, and to withdraw one that does not changes nothing.",
  "masks packages/channel/src/internal/feed.ts Pump.hold.uninterruptible: uninterruptible: true":
    "Nobody else has the fiber of this hook, so nobody can interrupt it, masked or not.",
  "ties packages/channel/src/internal/feed.ts Pump.put: held.length > 0":
    "A place is set aside only for a pull, and one that ends well has held an item before `put` runs again.",
  "putBacks packages/channel/src/select.ts Select.commit: Exit.isSuccess(exit) ? { _tag: name, value: exit.value } : retreat()":
    "A clause that says `ready` in a step commits with a value in that step; what fails says `failed`, and does not come here.",
  "ties packages/channel/src/select.ts Select.constructor: new Set(lines).size < lines.length":
    "Where no two clauses stand in one line, nobody can tell in which order they took their places.",
  "ties packages/channel/src/select.ts Select.searched.entry: ready.length > 1":
    "Of one there is one choice: the lot that is drawn is always 0.",
  "ties packages/channel/src/select.ts shuffled: i > 0": "The first entry would change places with itself.",
  "ties packages/task-group/src/Joiners.ts Quorum.onExit: this.values.length < this.k":
    "With k values it has said stop, and is asked no more: there is no next one to leave out.",
  "ties packages/task-group/src/firstSuccess.ts firstSuccess.raced: index < last":
    "After the last attempt the body would wait, beside the attempts, for what ends the race anyway.",
  "masks packages/task-group/src/internal/GroupHandle.ts GroupHandle.completions.reading: Effect.acquireRelease( Effect.sync(() => region.read()), (reader) => Effect.sync(() => region.stopR…":
    "To begin to read is one operation: none comes between it and the finalizer at which an interruption could be noticed.",
  "ties packages/task-group/src/internal/Feed.ts Feed.isLate: now < this.until":
    "It decides which of two items goes before timers that have waited a slice: where the clock shows the very end of the slice, either may.",
  "masks packages/task-group/src/internal/LimitedTask.ts LimitedTask.runLate.uninterruptible: uninterruptible: true":
    "Nobody else has the fiber of what runs late, so nobody can interrupt it, masked or not.",
  "ties packages/task-group/src/internal/Room.ts Room.next: this.head > 1024":
    "It decides when those who have left the line are let go of, one sooner or later, and not who is next.",
  "ties packages/task-group/src/internal/Room.ts Room.next: this.head * 2 > this.line.length":
    "It decides when those who have left the line are let go of, one sooner or later, and not who is next.",
  "ties packages/task-group/src/restart.ts mayRestart: starts.length > 0":
    "Of an empty list the first is undefined, which is before no instant.",
  "ties packages/runtime/src/CancelNode.ts effectiveDeadlineOf: n.deadlineAt < earliest":
    "Of two that are equal either is the earliest: what is given is the number.",
  "ties packages/runtime/src/Region.ts Region.endLate: failed.length > 0": "Of no failures `reportAll` tells nobody.",
  "finalizers packages/runtime/src/Region.ts takeTurn: queue.enqueue({ wake: () => resume(Effect.void) })":
    "`enqueue` gives nothing, so there was no cleanup to drop.",
  "ties packages/runtime/src/cancelling.ts cancelNodes: told.length > 0": "A sweep of nobody ends at its first look.",
  "ties packages/runtime/src/cancelling.ts Sweep.wake: performance.now() < until":
    "Where the clock shows the very end of the slice, those who are left are told now or on the next turn, in the same order.",
  "ties packages/runtime/src/internal/deadlineHeap.ts DeadlineHeap.removeAll: gone.length * few < this.items.length":
    "Both ways take out the same, and leave a heap of the same: the comparison only says which is faster.",
  "ties packages/runtime/src/internal/deadlineHeap.ts DeadlineHeap.removeAll.left: item.heapPlace >= 0":
    "What is due is gathered from the root down, so that the one at place 0 is always among those taken out.",
  "ties packages/runtime/src/observeProcess.ts Together.each: thrown.length > 1":
    "One that was thrown alone has been thrown in the line above.",
  "putBacks packages/runtime/src/time.ts timerOn: forget()":
    "The fiber is interrupted in the next line, and fires only when it succeeds.",
  "ties packages/runtime/src/waitLine.ts WaitLine.atLeast: found < count":
    "To look at one place more changes nothing in what is answered; if that one's scope was cancelled it is told a little sooner.",
  "ties packages/task-group/src/workList.ts workList.body.staff: workers - busy < queued.length - next":
    "One worker too many finds nothing in line and ends at once.",
  "putBacks packages/runtime/src/WakeQueue.ts WakeQueue.settle: this.fibers.delete(fiber)":
    "One that has ended is passed over at the next look, and the set is let go of with the queue of its runSync.",
  "ties packages/runtime/src/time.ts realTimer.due: performance.now() >= at":
    "Where the clock shows `at` to the last fraction, it fires at the next look, a millisecond later: never early.",
  "ties packages/runtime/src/internal/inPlaceBudget.ts InPlaceBudget.allows: this.saved + currentOpCount < cache.maxOpsBeforeYield":
    "It gives way one operation later, still within twice of what Effect allows."
}
