/**
 * Between scopes and abort signals, both ways.
 *
 * Invariant: a signal handed out is aborted once, for the first reason.
 * Invariant: a linked signal has at most one listener of ours, from `listen` to `unlink`; none once it is aborted.
 */
import { type CancelReason, type CancelTrace, type Figured, type OpenResource, openResource } from "@ferrule/runtime"
import type * as Fiber from "effect/Fiber"

/**
 * An abort signal that a scope hands out. The controller is made on first use: it costs more than a scope.
 */
export class ScopeSignal {
  private readonly controller = new AbortController()

  get signal(): AbortSignal {
    return this.controller.signal
  }

  abort(reason: CancelTrace | Extract<CancelReason, { _tag: "ScopeEnded" }>): void {
    if (!this.controller.signal.aborted) this.controller.abort(reason)
  }
}

/**
 * An abort signal that cancels a scope: one listener from entry to end, however much runs in the scope.
 */
export class LinkedSignal implements Figured {
  private readonly signal: AbortSignal
  private listener: (() => void) | undefined = undefined
  /** While it listens, if somebody watches. */
  private resource: OpenResource | undefined = undefined

  constructor(signal: AbortSignal) {
    this.signal = signal
  }

  get figures(): Readonly<Record<string, number | string>> {
    return {}
  }

  /** Calls `onAbort` when the signal is aborted, at once if it has been. `fiber` enters the scope of that name. */
  listen(fiber: Fiber.Fiber<unknown, unknown>, scope: string, onAbort: (reason: CancelReason) => void): void {
    const aborted = (): void => onAbort({ _tag: "Aborted", reason: this.signal.reason })
    if (this.signal.aborted) return aborted()
    const listener = (): void => {
      this.resource?.close()
      aborted()
    }
    this.listener = listener
    this.resource = openResource(fiber, "abort listener", scope, this)
    this.signal.addEventListener("abort", listener, { once: true })
  }

  unlink(): void {
    if (this.listener !== undefined) this.signal.removeEventListener("abort", this.listener)
    this.listener = undefined
    this.resource?.close()
  }
}
