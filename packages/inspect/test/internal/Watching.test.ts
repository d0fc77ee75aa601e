import * as fc from "fast-check"
import { expect, it } from "@effect/vitest"
import { Clock, Context, Exit, type Fiber } from "effect"
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
  readonly node: Runtime.CancelNode | undefined
  on: string | undefined
  cancelled: boolean
}

class Scope extends Runtime.CancelNode {
  override get kind() {
    return "scope" as const
  }
}

const scopeIn = (outer: Runtime.CancelNode | undefined, name: string): Runtime.CancelNode => {
  const node = new Scope(name)
  node.attach(outer)
  return node
}

const taskIn = (outer: Runtime.CancelNode, name: string, id: number): Runtime.CancelNode => {
  const node = new Runtime.CancelNode(name)
  node.attach(outer)
  // Sound: of its fiber only the number is asked for.
  node.fiber = { id } as Fiber.Fiber<unknown, unknown>
  node.watched = true
  return node
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
            const name = `${what} ${next}`
            const outer = chosen === undefined ? undefined : model.get(chosen)!.node
            // A task that has a node is in a scope that has one.
            const isTask = what === "task" && outer?.kind === "scope"
            const node = isTask ? taskIn(outer, name, next) : what === "scope" ? scopeIn(outer, name) : undefined
            model.set(next, { parent: chosen, name, node, on: undefined, cancelled: false })
            if (isTask) watching.taskBegan(next, chosen!, node!)
            else if (node !== undefined) watching.scopeOpened(next, chosen, name, node)
            else watching.taskStarted(next, chosen, name)
          } else if (chosen !== undefined) {
            const known = model.get(chosen)!
            // A scope waits for its tasks before it ends, and who waits goes on before it ends.
            const holds = [...model.values()].some(({ node, parent }) => parent === chosen && node?.kind === "task")
            if (what === "waits") watching.taskWaiting(chosen, (known.on = `thing ${at}`))
            else if (what === "goes on") watching.taskWaiting(chosen, ((known.on = undefined), ""))
            else if (what === "cancelled") {
              known.cancelled = true
              if (known.node !== undefined) known.node.trace ??= trace
              watching.scopeCancelled(chosen, trace)
            } else if (!holds) {
              model.delete(chosen)
              if (known.on !== undefined) watching.taskWaiting(chosen, "")
              if (known.node?.kind === "scope") watching.scopeClosed(chosen)
              else watching.taskEnded(chosen, Exit.void)
              known.node?.detach()
            }
          }
        }
        const kept = watching.snapshot().nodes.map(({ cancel, id, name, parent, state, waitsFor }) => ({
          id,
          known: { parent, name, on: waitsFor?.on, cancelled: cancel !== undefined },
          state
        }))
        const expected = [...model].map(([id, { cancelled, name, on, parent }]) => ({
          id,
          known: { parent, name, on, cancelled },
          state: cancelled ? "cancelled" : on === undefined ? "running" : "waiting"
        }))
        expect(kept).toEqual(expected)
      }),
      { numRuns: 10_000 }
    )
  })
})
