import type { CancelNode, WaitTarget } from "@ferrule/runtime"

/** The tasks of a group, for those who watch. */
export const tasksOf = (group: CancelNode | undefined): WaitTarget | undefined =>
  group?.observed === undefined ? undefined : { tasksOf: group.observed.id }

/** Tells whoever watches that the group waits for its tasks; says whether anybody does. */
export const tellAwaitsTasks = (group: CancelNode): boolean => {
  group.observed?.tell((observer, id) => observer.taskWaiting(id, "its tasks", tasksOf(group)))
  return group.observed !== undefined
}

/** Tells whoever watches that the group goes on. */
export const tellGoesOn = (group: CancelNode): void =>
  group.observed?.tell((observer, id) => observer.taskWaiting(id, ""))
