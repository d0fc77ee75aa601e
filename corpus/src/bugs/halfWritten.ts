import { Effect } from "effect"
import { cutAnywhere } from "../cutAnywhere.ts"
import type { Cut } from "../Planted.ts"

interface File {
  length: number
  data: string
}

const write = (file: File, text: string) =>
  Effect.andThen(
    Effect.sync(() => void (file.length = text.length)),
    Effect.sync(() => void (file.data = text))
  )

const editing = (save: (file: File) => Effect.Effect<void>) =>
  cutAnywhere({
    setUp: Effect.sync((): File => ({ length: 0, data: "" })),
    program: save,
    invariant: ({ length, data }) => length === data.length
  })

export const halfWritten: Cut = {
  _tag: "Cut",
  name: "half-written pair",
  story: "a cancel comes when the length has been written and the data has not",
  failure: "BrokenByCancel",
  within: 20,
  broken: editing((file) => write(file, "hello")),
  mended: editing((file) => Effect.uninterruptible(write(file, "hello")))
}
