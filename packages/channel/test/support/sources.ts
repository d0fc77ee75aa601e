import { Effect } from "effect"

/** Collects what a channel says nobody will have. */
export const collector = <A>() => {
  const lost: Array<A> = []
  return { lost, onUndelivered: (item: A) => Effect.sync(() => void lost.push(item)) }
}

/** The error of a source, typed. */
export class Broken {
  readonly _tag = "Broken"
  readonly why: unknown
  constructor(why: unknown) {
    this.why = why
  }
}

export const broken = (why: unknown): Broken => new Broken(why)

/** Lets promises and the event loop go on, several times. */
export const settled = Effect.promise(async () => {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve))
})
