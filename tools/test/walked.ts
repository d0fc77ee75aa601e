/** Writes a site and walks it. */
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { reachablePages } from "../walkLinks.ts"

/** The pages the walk reaches in a folder with these files. */
export const walkedPages = (folder: string, files: Readonly<Record<string, string>>): ReadonlyArray<string> => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return [...reachablePages(folder)].map((page) => relative(folder, page)).toSorted()
}
