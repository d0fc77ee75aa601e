import * as Scope from "effect/Scope"

const model = Scope.makeUnsafe()

/**
 * The scope of a task's resources: one field in place of five, for there may be a hundred thousand. What it does not
 * have itself it has from an empty scope, which nobody ever acquires anything in.
 */
export const TaskScope = function (this: { state: Scope.Scope["state"] }) {
  this.state = model.state
  // Sound: called with `new`, a function makes what its prototype says.
} as unknown as new () => Scope.Closeable

TaskScope.prototype = model
