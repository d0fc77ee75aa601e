import { Effect, Ref } from "effect"
import { claim } from "../claim.ts"
import type { Misordered } from "../Planted.ts"
import { together } from "../together.ts"

interface Buffer {
  next: Buffer | undefined
}

/** The first free buffer, and how often that has changed. */
interface Top {
  readonly first: Buffer | undefined
  readonly version: number
}

type Same = (now: Top, before: Top) => boolean

const freeList = (isSame: Same) => () =>
  Effect.gen(function* () {
    const c: Buffer = { next: undefined }
    const b: Buffer = { next: c }
    const top = yield* Ref.make<Top>({ first: { next: b }, version: 0 })
    const takeOne: Effect.Effect<Buffer | undefined> = Effect.gen(function* () {
      const before = yield* Ref.get(top)
      const next = yield* Effect.sync(() => before.first?.next)
      const isTaken = yield* Ref.modify(top, (now): [boolean, Top] =>
        isSame(now, before) ? [true, { first: next, version: now.version + 1 }] : [false, now]
      )
      return isTaken ? before.first : yield* takeOne
    })
    const giveBack = (buffer: Buffer) =>
      Ref.update(top, ({ first, version }) => {
        buffer.next = first
        return { first: buffer, version: version + 1 }
      })
    const inUse: Array<Buffer | undefined> = []
    const keep = Effect.map(takeOne, (buffer) => void inUse.push(buffer))
    const borrow = Effect.gen(function* () {
      const lent = yield* takeOne
      yield* keep
      if (lent !== undefined) yield* giveBack(lent)
    })
    yield* together(keep, borrow)
    yield* keep
    yield* claim(() => new Set(inUse).size === 3, "one buffer is in use twice")
  })

export const sameAgain: Misordered = {
  _tag: "Misordered",
  name: "same head again (ABA)",
  story: "a free list finds its first buffer unchanged: it was taken meanwhile, and given back with another next",
  failure: "one buffer is in use twice",
  strategy: "random",
  within: 500,
  broken: freeList((now, before) => now.first === before.first),
  mended: freeList((now, before) => now.version === before.version)
}
