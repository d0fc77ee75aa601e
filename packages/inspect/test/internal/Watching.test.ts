import * as fc from "fast-check"
import { expect, it } from "@effect/vitest"
import { Clock, Context, Exit } from "effect"
import { Runtime } from "ferrule"
import { describe } from "vitest"
import { Watching } from "../../src/internal/Watching.ts"

const clock = Context.get(Context.empty(), Clock.Clock)

/** What may happen to the tree; who it happens to is drawn among those who are there. */
const event = fc.record({
  what: fc.constantFrom("task", "named", "scope", "waits", "goes on", "cancelled", "ended"),
  at: fc.nat(),
  // Numbers that follow each other, and numbers that lie in one slot.
  leap: fc.constantFrom(1, 1, 1, 64, 4096)
})

interface Known {
  readonly parent: number | undefined
  readonly name: string
  on: string | undefined
  cancelled: boolean
}

const trace = { scope: "s", path: ["s"], reason: { _tag: "Requested" }, at: 0 } as const

describe("the tree that an inspector keeps", () => {
  it("is that of a naive model after every history of events [S-310]", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const watching = new Watching({ program: "p", pid: 0, history: 10, laggardAfter: Infinity }, clock, undefined)
        const model = new Map<number, Known>()
        let next = 0
        for (const { at, leap, what } of events) {
          const ids = [...model.keys()]
          const chosen = ids[at % Math.max(ids.length, 1)]
          if (what === "task" || what === "named" || what === "scope") {
            next += leap
            const node = new Runtime.CancelNode(`${what} ${next}`)
            model.set(next, { parent: chosen, name: node.name, on: undefined, cancelled: false })
            if (what === "task" && chosen !== undefined) watching.taskBegan(next, chosen, node)
            else if (what === "scope") watching.scopeOpened(next, chosen, node.name, node)
            else watching.taskStarted(next, chosen, node.name)
          } else if (chosen !== undefined) {
            const known = model.get(chosen)!
            if (what === "waits") watching.taskWaiting(chosen, (known.on = `thing ${at}`))
            else if (what === "goes on") watching.taskWaiting(chosen, ((known.on = undefined), ""))
            else if (what === "cancelled") watching.scopeCancelled(chosen, ((known.cancelled = true), trace))
            else {
              model.delete(chosen)
              if (known.name.startsWith("scope")) watching.scopeClosed(chosen)
              else watching.taskEnded(chosen, Exit.void)
            }
          }
        }
        const kept = watching.snapshot().nodes.map(({ cancel, id, name, parent, state, waitsFor }) => ({
          id,
          known: { parent, name, on: waitsFor?.on, cancelled: cancel !== undefined },
          state
        }))
        const expected = [...model].map(([id, known]) => ({
          id,
          known,
          state: known.cancelled ? "cancelled" : known.on === undefined ? "running" : "waiting"
        }))
        expect(kept).toEqual(expected)
      }),
      { numRuns: 10_000 }
    )
  })
})
