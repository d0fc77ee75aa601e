import { Effect, Option, type Scope } from "effect"
import { DemoError } from "../cli/Demo.ts"
import { folderAddress } from "./folderAddress.ts"
import { normaliseUrl } from "./normaliseUrl.ts"
import { pageFolder } from "./PageFolder.ts"
import { serveApart } from "./serveApart.ts"

/** What to crawl. */
export interface Target {
  readonly seeds: readonly [URL, ...Array<URL>]
  readonly description: string
  /** Politeness and patience that suit it, where the user does not say. */
  readonly perHost: number
  readonly pageSeconds: number
}

export interface TargetOptions {
  readonly url: Option.Option<string>
  readonly dir: Option.Option<string>
  readonly sitePages: number
}

const wrong = (message: string) => new DemoError({ message, exitCode: 2 })

// A server of our own stands anything; a stranger's is asked by few at a time.
const ownServer = { perHost: 64, pageSeconds: 10 }
const stranger = { perHost: 4, pageSeconds: 10 }

/** Opens the target, and serves it until the resource scope closes if it is a local one. */
export const openTarget = Effect.fnUntraced(function* ({
  dir,
  sitePages,
  url
}: TargetOptions): Effect.fn.Return<Target, DemoError, Scope.Scope> {
  if (Option.isSome(url) && Option.isSome(dir)) return yield* wrong("Give an address or --dir, not both.")
  if (Option.isSome(url)) {
    const seed = normaliseUrl(url.value)
    if (seed === undefined) {
      return yield* wrong(`"${url.value}" is no web address. Give one that begins with http:// or https://.`)
    }
    return { ...stranger, seeds: [seed], description: seed.href }
  }
  if (Option.isSome(dir)) {
    const { root, starts } = yield* pageFolder(dir.value)
    const home = yield* serveApart({ _tag: "Folder", root })
    const [first, ...rest] = starts
    const seeds = [folderAddress(home, first), ...rest.map((start) => folderAddress(home, start))] as const
    return { ...ownServer, seeds, description: `the folder ${dir.value}, served at ${home.origin}` }
  }
  const home = yield* serveApart({ _tag: "Site", pages: sitePages })
  const size = sitePages.toLocaleString("en")
  const description = `a local site of ${size} pages that misbehaves on purpose, served at ${home.origin}`
  return { perHost: ownServer.perHost, pageSeconds: 3, seeds: [home], description }
})
