import { Effect } from "effect"
import { cutAnywhere } from "../cutAnywhere.ts"
import type { Cut } from "../Planted.ts"

interface Journal {
  isOpen: boolean
  isFlushed: boolean
}

const flush = (journal: Journal) =>
  Effect.andThen(
    Effect.sync(() => void (journal.isOpen = false)),
    Effect.sync(() => void (journal.isFlushed = true))
  )

const writing = (close: (journal: Journal) => Effect.Effect<void>) =>
  cutAnywhere({
    setUp: Effect.sync((): Journal => ({ isOpen: true, isFlushed: false })),
    program: (journal) => Effect.ensuring(Effect.sleep(1), close(journal)),
    invariant: ({ isOpen, isFlushed }) => isOpen || isFlushed
  })

export const cleanupCutShort: Cut = {
  _tag: "Cut",
  name: "cleanup that is cut short",
  story: "the cleanup may be interrupted, and a cancel that comes meanwhile leaves the journal closed and not flushed",
  failure: "BrokenByCancel",
  within: 50,
  broken: writing((journal) => Effect.interruptible(flush(journal))),
  mended: writing(flush)
}
