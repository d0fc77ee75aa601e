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
    "At Infinity `timerOn` arms nothing on Effect's clock and on ours; on a foreign clock it is a sleep without end that is called off with the wait."
}
