import type { Observer, Resource } from "@ferrule/runtime"
import type { Leftover } from "../../Leftover.ts"
import { leftOf } from "./leftOf.ts"

const ignore = (): void => {}

/** Knows what is opened and not closed, and nothing of where it came from: for runs of which there are thousands. */
export class Holdings implements Observer {
  readonly #held = new Set<Resource>()
  readonly taskStarted = ignore
  readonly taskBegan = ignore
  readonly taskWaiting = ignore
  readonly taskEnded = ignore
  readonly scopeOpened = ignore
  readonly scopeCancelled = ignore
  readonly scopeClosed = ignore

  resourceOpened(resource: Resource): void {
    this.#held.add(resource)
  }

  resourceClosed(resource: Resource): void {
    this.#held.delete(resource)
  }

  get held(): ReadonlyArray<Leftover> {
    return [...this.#held].flatMap((resource) => leftOf(resource).map((left) => ({ ...left, path: [] })))
  }
}
