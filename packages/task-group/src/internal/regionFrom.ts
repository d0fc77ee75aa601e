import { millisOf } from "@ferrule/runtime"
import * as Fiber from "effect/Fiber"
import type { Options } from "../TaskGroup.ts"
import { limitOf } from "./GroupHandle.ts"
import { GroupRegion, type OnFailure } from "./GroupRegion.ts"
import { Laggards } from "./Laggards.ts"

/** A new group, for the running fiber, whose failure hook it tells of what it leaves behind. */
export const regionFrom = (options: string | Options<string>, onFailure: OnFailure | undefined): GroupRegion => {
  const {
    name,
    limit = Infinity,
    cleanupTimeout
  }: Options<string> = typeof options === "string" ? { name: options } : options
  const region = new GroupRegion(name, limitOf(limit, name), onFailure)
  if (cleanupTimeout !== undefined) {
    const millis = millisOf(cleanupTimeout, `cleanupTimeout of "${name}"`)
    region.laggards = new Laggards(name, millis, Fiber.getCurrent()!.context)
  }
  return region
}
