import { finalizers } from "./rules/finalizers.ts"
import { masks } from "./rules/masks.ts"
import { putBacks } from "./rules/putBacks.ts"
import { ties } from "./rules/ties.ts"
import { wakes } from "./rules/wakes.ts"
import type { Rule } from "./Site.ts"

export const rules: ReadonlyArray<Rule> = [masks, wakes, putBacks, ties, finalizers]
