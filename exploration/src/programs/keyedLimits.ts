import { Effect } from "effect"
import { Limit } from "ferrule"
import { type Program, program } from "../Program.ts"
import { cancelling, together, ways } from "../together.ts"
import { Inside } from "../Inside.ts"
import { isFree } from "../limitIsFree.ts"

export const keyedLimitPrograms: ReadonlyArray<Program> = [
  program("keyed has one limit for each key, made once", ["S-167"], function* (see) {
    let made = 0
    const limit = yield* Limit.keyed(() =>
      Effect.suspend(() => {
        made++
        return Limit.concurrent(1)
      })
    )
    const [a, b] = [new Inside(see, 1).use(), new Inside(see, 1).use()]
    yield* together(limit("a")(a), limit("a")(a), limit("b")(b))
    see.that(made >= 2, "one for each")
  }),

  ...ways.map((way) =>
    program(`a key that a cancelled one used is not kept busy, by ${way}`, ["S-167", "S-162"], function* (see) {
      const limits: Array<Limit.Limit> = []
      const limit = yield* Limit.keyed(() =>
        Effect.tap(Limit.concurrent(1), (made) => Effect.sync(() => void limits.push(made)))
      )
      const use = new Inside(see, 1).use()
      yield* together(limit("a")(use), cancelling(way, limit("a")(use)), limit("a")(use))
      for (const made of limits) yield* isFree(see, made)
      yield* limit("a")(use)
    })
  )
]
