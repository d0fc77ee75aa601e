/**
 * The files of the page. In the published package its script is one built file; where the sources run as they are, each
 * of its modules is stripped of its types when it is asked for.
 */
import { existsSync, readFileSync } from "node:fs"
import * as module from "node:module"
import { fileURLToPath } from "node:url"

interface Asset {
  readonly type: string
  readonly body: string | Buffer
}

const isSource = import.meta.url.endsWith(".ts")

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** `dist/` and `src/` stand side by side in the package. */
const pages = at(isSource ? "../page" : "../src/page")

const script = { type: "text/javascript; charset=utf-8" }

/** The modules of the page, where the sources run as they are. */
const modules = /^\/((?:page|internal)\/\w+\.ts)$/

const scriptOf = (pathname: string): Asset | undefined => {
  if (pathname === "/page.js")
    return { ...script, body: isSource ? 'import "/page/page.ts"' : readFileSync(at("./page.js")) }
  const file = isSource ? modules.exec(pathname)?.[1] : undefined
  if (file === undefined || !existsSync(at(`../${file}`))) return undefined
  return { ...script, body: module.stripTypeScriptTypes(readFileSync(at(`../${file}`), "utf8")) }
}

/** What lies at a path of the page. */
export const asset = (pathname: string): Asset | undefined => {
  if (pathname === "/") return { type: "text/html; charset=utf-8", body: readFileSync(`${pages}/index.html`) }
  if (pathname === "/page.css") return { type: "text/css; charset=utf-8", body: readFileSync(`${pages}/page.css`) }
  return scriptOf(pathname)
}
