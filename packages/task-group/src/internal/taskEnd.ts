import type { Clause } from "@ferrule/runtime"
import * as Exit from "effect/Exit"
import type { TaskNode } from "./TaskNode.ts"

/** The end of a task as a clause of a select: it stands among those who await the task. */
export const taskEnd = (task: TaskNode): Clause<Exit.Exit<unknown, unknown>> => ({
  poll: () => (task.exit === undefined ? "waiting" : "ready"),
  commit: () => Exit.succeed(task.outcome),
  get waitsFor() {
    return { kind: "task", what: task }
  },
  register: (slot) => {
    const awaiter = { give: () => slot.give(task.outcome) }
    task.add(awaiter)
    return { withdraw: () => task.remove(awaiter) }
  }
})
