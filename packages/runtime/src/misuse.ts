import * as Data from "effect/Data"

/**
 * The defect of spawning into a group that has ended.
 *
 * @category errors
 * @since 0.1.0
 */
export class GroupEnded extends Data.Error<{ readonly group: string; readonly task: string }> {
  override get message(): string {
    return `cannot spawn "${this.task}": the group "${this.group}" has ended. Spawn before its body and last task have ended.`
  }
}

/**
 * The defect of entering a cancel scope twice, or again after it ended.
 *
 * @category errors
 * @since 0.1.0
 */
export class ScopeReused extends Data.Error<{ readonly scope: string }> {
  override get message(): string {
    return `cannot enter the cancel scope "${this.scope}": it was entered before. Make a new one for each entry.`
  }
}
