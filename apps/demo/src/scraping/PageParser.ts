import { Parser } from "htmlparser2"
import { normaliseUrl } from "./normaliseUrl.ts"

export interface ParsedPage {
  readonly title: string
  /** What a reader sees, white space collapsed. */
  readonly text: string
  /** The web addresses that the page leads to, each once, in the order of the page. */
  readonly links: ReadonlyArray<string>
}

export interface PageParser {
  /** Answers whether to go on: not when tags are nested too deep to be an honest page. */
  readonly write: (html: string) => boolean
  readonly end: () => ParsedPage
}

const LINKING: Readonly<Record<string, string>> = { a: "href", area: "href", frame: "src", iframe: "src" }
const INVISIBLE = new Set(["script", "style", "template", "title"])
const INLINE = new Set([
  "a",
  "abbr",
  "b",
  "code",
  "em",
  "font",
  "i",
  "kbd",
  "q",
  "s",
  "small",
  "span",
  "strong",
  "sub",
  "sup",
  "tt",
  "u",
  "var"
])

// The parser's work for each tag grows with the number of open ones: 100,000 nested tags would block the process for
// half a minute. No honest page comes near this depth.
const DEEPEST = 5000

const collapse = (pieces: ReadonlyArray<string>): string => pieces.join("").replace(/\s+/g, " ").trim()

/** Reads title, text and links of a page piece by piece, as it arrives. */
export const makePageParser = (url: URL): PageParser => {
  const links = new Set<string>()
  const title: Array<string> = []
  const text: Array<string> = []
  let base = url
  let titleEnded = false
  let inTitle = false
  let invisible = 0
  let depth = 0
  const known = new Map<string, string | undefined>()

  const resolve = (link: string): string | undefined => {
    if (!known.has(link)) known.set(link, normaliseUrl(link, base)?.href)
    return known.get(link)
  }

  const open = (name: string, attributes: Readonly<Record<string, string>>) => {
    if (name === "base" && attributes["href"] !== undefined) base = normaliseUrl(attributes["href"], url) ?? url
    const link = attributes[LINKING[name] ?? ""]
    const target = link === undefined ? undefined : resolve(link)
    if (target !== undefined) links.add(target)
    if (name === "title") inTitle = !titleEnded
    if (INVISIBLE.has(name)) invisible++
    if (++depth > DEEPEST) parser.pause()
    if (!INLINE.has(name)) text.push(" ")
  }

  const close = (name: string) => {
    depth--
    if (INVISIBLE.has(name)) invisible--
    if (!INLINE.has(name)) text.push(" ")
    if (name !== "title" || !inTitle) return
    inTitle = false
    titleEnded = true
  }

  const parser = new Parser({
    onopentag: open,
    onclosetag: close,
    ontext: (piece) => {
      if (inTitle) title.push(piece)
      else if (invisible === 0) text.push(piece)
    }
  })
  return {
    write: (html) => {
      parser.write(html)
      return depth <= DEEPEST
    },
    end: () => {
      parser.end()
      return { title: collapse(title), text: collapse(text), links: [...links] }
    }
  }
}
