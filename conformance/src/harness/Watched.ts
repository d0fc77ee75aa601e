import { CancelScope, type Runtime } from "ferrule"
import { Cause, Exit } from "effect"
import type { Ledger } from "./Ledger.ts"

/** Channels and the like are dropped to the garbage collector; what is taken of them is given back. */
const isGivenBack = ({ kind, of }: Runtime.Resource): boolean => of !== undefined || kind === "abort listener"

/**
 * What an observer sees of one run: each task, scope and stay in a resource goes into the ledger, and what failed, and
 * where, is kept.
 */
export class Watched implements Runtime.Observer {
  readonly #ledger: Ledger
  /** The failures that began in a task, not those that came to it from a group inside. */
  readonly failures: Array<CancelScope.Failure> = []
  readonly wrong: Array<string> = []
  /** The scope that `cancelEverywhere` cancels is around it. */
  inScope = false
  readonly #cancelled = new Set<number>()
  readonly #names = new Map<number, string>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  taskStarted(id: number, parent: number | undefined, name: string): void {
    this.#names.set(id, name)
    // It was cancelled before it was there to be told of.
    if (parent !== undefined && this.#cancelled.has(parent)) this.#cancelled.add(id)
    this.#ledger.open(`task ${id}`, `task "${name}"`)
  }

  taskEnded(id: number, exit: Exit.Exit<unknown, unknown>): void {
    const own = this.#names.get(id)
    const name = `task "${own}"`
    this.#ledger.close(`task ${id}`, name)
    if (Exit.isSuccess(exit)) return
    this.failures.push(...CancelScope.failures(exit.cause).filter(({ task }) => task === "" || task === own))
    if (Cause.hasInterrupts(exit.cause) && !this.#cancelled.has(id)) {
      this.wrong.push(`${name} ended as cancelled, and no cancel with a reason had reached it`)
    }
  }

  taskWaiting(): void {}

  scopeOpened(id: number, _parent: number | undefined, name: string): void {
    this.#names.set(id, name)
    if (name === "cancelEverywhere") this.inScope = true
    this.#ledger.open(`scope ${id}`, `scope "${name}"`)
  }

  scopeCancelled(id: number, trace: CancelScope.CancelTrace): void {
    if (this.#cancelled.has(id)) this.wrong.push(`"${this.#names.get(id)}" was cancelled twice: ${trace.reason._tag}`)
    this.#cancelled.add(id)
  }

  scopeClosed(id: number): void {
    this.#ledger.close(`scope ${id}`, `scope "${this.#names.get(id)}"`)
  }

  resourceOpened(resource: Runtime.Resource): void {
    if (isGivenBack(resource)) this.#ledger.open(resource, `${resource.kind} "${resource.name}"`)
  }

  resourceClosed(resource: Runtime.Resource): void {
    if (isGivenBack(resource)) this.#ledger.close(resource, `${resource.kind} "${resource.name}"`)
  }
}
