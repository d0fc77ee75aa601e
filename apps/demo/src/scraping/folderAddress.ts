import { extname, sep } from "node:path"
import { normaliseUrl } from "./normaliseUrl.ts"

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".htm": "text/html",
  ".xhtml": "application/xhtml+xml"
}

/** The media type of a file that holds a page; undefined for other files. */
export const pageType = (file: string): string | undefined => TYPES[extname(file).toLowerCase()]

/** The one address of a file in a served folder: its path, encoded as little as possible. */
export const folderAddress = (base: URL, path: string): URL => {
  const url = new URL(base)
  url.pathname = path.split(sep).join("/").replaceAll("%", "%25").replaceAll("\\", "%5C")
  return normaliseUrl(url.href) ?? url
}
