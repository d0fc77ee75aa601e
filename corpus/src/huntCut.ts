import type { CancelPoint } from "@ferrule/testing"
import { Effect } from "effect"
import type { Hunt } from "./Hunt.ts"
import type { Cut } from "./Planted.ts"

const tokenOf = ({ by, step, again }: CancelPoint): string =>
  [by, step, again].filter((part) => part !== undefined).join(" ")

const pointOf = (token: string): CancelPoint => {
  const [by, step, again] = token.split(" ")
  if (by !== "interrupt" && by !== "scope") throw new Error(`no point of a cancel: ${token}`)
  return { by, step: Number(step), again: again === undefined ? undefined : Number(again) }
}

/** Finds a bug of the place by cancelling at every one. */
export const huntCut = ({ broken, mended }: Cut): Hunt => ({
  usual: () => Effect.runPromise(broken.once),
  find: async () => {
    const { runs: tries, error } = await Effect.runPromise(broken.everywhere())
    if (error?.point === undefined) return undefined
    const { point, _tag: failure } = error
    return { tries, choices: point.again === undefined ? 1 : 2, token: tokenOf(point), failure }
  },
  byOthers: () => Promise.resolve([]),
  repeat: async (token) => {
    const { error } = await Effect.runPromise(broken.everywhere(pointOf(token)))
    return error?._tag ?? "nothing"
  },
  mended: async () => {
    const { runs: tries, error } = await Effect.runPromise(mended.everywhere())
    return error === undefined ? { tries, coverage: "all" } : error.message
  }
})
