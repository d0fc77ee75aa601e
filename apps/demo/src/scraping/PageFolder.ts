import { readdir, realpath, stat } from "node:fs/promises"
import { join, relative } from "node:path"
import { Effect } from "effect"
import { DemoError } from "../cli/Demo.ts"
import { withFile } from "./FileError.ts"
import { pageType } from "./folderAddress.ts"

/** Every HTML file of a folder and the folders in it, by name. */
const allPageFiles = Effect.fnUntraced(function* (root: string) {
  const folders = [root]
  const found: Array<string> = []
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const inside = folder
    const entries = yield* Effect.orElseSucceed(
      withFile(() => readdir(inside, { withFileTypes: true })),
      () => []
    )
    for (const entry of entries) {
      if (entry.isDirectory()) folders.push(join(inside, entry.name))
      else if (pageType(entry.name) !== undefined) found.push(relative(root, join(inside, entry.name)))
    }
  }
  return found.toSorted()
})

const realFolder = Effect.fnUntraced(function* (folder: string) {
  const wrong = (what: string) => new DemoError({ message: `${what} Give --dir a folder of HTML files.`, exitCode: 2 })
  const root = yield* Effect.mapError(
    withFile(() => realpath(folder)),
    () => wrong(`There is no folder "${folder}".`)
  )
  const stats = yield* Effect.mapError(
    withFile(() => stat(root)),
    (error) => wrong(`"${folder}" cannot be read: ${error.message}.`)
  )
  return stats.isDirectory() ? root : yield* wrong(`"${folder}" is not a folder.`)
})

export interface PageFolder {
  readonly root: string
  /** Where a crawl starts: the index.html or, when there is none, all pages there are. */
  readonly starts: readonly [string, ...Array<string>]
}

/** Looks at a folder before it is served. */
export const pageFolder = Effect.fnUntraced(function* (folder: string): Effect.fn.Return<PageFolder, DemoError> {
  const root = yield* realFolder(folder)
  const hasIndex = yield* Effect.match(
    withFile(() => stat(join(root, "index.html"))),
    { onFailure: () => false, onSuccess: (stats) => stats.isFile() }
  )
  const [first, ...rest] = hasIndex ? ["index.html"] : yield* allPageFiles(root)
  if (first === undefined) {
    return yield* new DemoError({ message: `There is no HTML file in "${folder}" or below.`, exitCode: 2 })
  }
  return { root, starts: [first, ...rest] }
})
