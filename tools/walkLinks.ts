/**
 * Counts the HTML pages of a folder that can be reached from its index.html by following links on disk. A second
 * opinion on the crawler of apps/demo, so it shares no code with it: no server, no HTML parser, no crawl at once.
 *
 * Usage: node tools/walkLinks.ts FOLDER
 */
import { existsSync, readFileSync, statSync } from "node:fs"
import { resolve, sep } from "node:path"

const link = /<(?:a|area)\s[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))/gi

const withoutCommentsAndScripts = (html: string): string =>
  html.replaceAll(/<!--[\s\S]*?-->/g, "").replaceAll(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, "")

/** The page an address on `page` names, when it is a file of the folder. */
const target = (folder: string, page: string, address: string): string | undefined => {
  const written = address.replaceAll("&amp;", "&").trim()
  const url = URL.parse(written, `file://${page}`)
  if (url === null || url.protocol !== "file:" || url.host !== "") return undefined
  const path = resolve(decodeURIComponent(url.pathname))
  if (!path.startsWith(folder + sep) && path !== folder) return undefined
  if (!existsSync(path)) return undefined
  const file = statSync(path).isDirectory() ? resolve(path, "index.html") : path
  return /\.html?$/i.test(file) && existsSync(file) ? file : undefined
}

/** The paths of all pages that can be reached from `index.html`, itself among them. */
export const reachablePages = (folder: string): ReadonlySet<string> => {
  const top = resolve(folder)
  const index = resolve(top, "index.html")
  if (!existsSync(index)) throw new Error(`${folder} has no index.html`)
  const found = new Set([index])
  // A set that grows while it is walked is a breadth-first search.
  for (const page of found) {
    for (const match of withoutCommentsAndScripts(readFileSync(page, "utf8")).matchAll(link)) {
      const next = target(top, page, match[1] ?? match[2] ?? match[3] ?? "")
      if (next !== undefined) found.add(next)
    }
  }
  return found
}

if (import.meta.main) {
  const folder = process.argv[2]
  if (folder === undefined) throw new Error("usage: node tools/walkLinks.ts FOLDER")
  console.log(reachablePages(folder).size)
}
