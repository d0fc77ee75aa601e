import { linkedPath, offOriginLink, pageKind, pagePath, traps, type Trap } from "./sitePlan.ts"
import { seeded } from "./seeded.ts"

const WORDS =
  "task group channel scope cancel deadline reason trace shield sender receiver select spawn join fiber effect cleanup " +
  "retry page link crawl store batch host limit redirect answer wait queue permit order fair whole never exactly once"

const LOREM_LENGTH = 1 << 16

// One long text that every page takes a part of: writing 2,000 texts of their own would cost more than crawling them.
const lorem = ((): string => {
  const words = WORDS.split(" ")
  const random = seeded(1)
  let text = ""
  while (text.length < LOREM_LENGTH * 2) text += `${words[Math.floor(random() * words.length)]} `
  return text
})()

const CHILDREN = 4
const BROAD = 200

/** The pages that a page leads to: every page but the first has exactly one parent, so all can be reached. */
const childrenOf = (page: number, pages: number): ReadonlyArray<number> =>
  Array.from({ length: CHILDREN }, (_, n) => page * CHILDREN + n + 1).filter((child) => child < pages)

/** Each trap is linked from two pages near the start: it must still be visited once. */
const trapsOf = (page: number, pages: number): ReadonlyArray<Trap> => {
  const broad = Math.min(pages, BROAD)
  return traps(pages).filter((_, n) => (n * 7) % broad === page || (n * 11 + 3) % broad === page)
}

// The same address written in ways that mean the same.
const spellings: ReadonlyArray<(path: string) => string> = [
  (path) => path,
  (path) => `${path}#section-2`,
  (path) => `/x/../${path.slice(1)}`,
  (path) => path.replace(/\d/, (digit) => `%3${digit}`),
  (path) => `  ${path}\n`,
  (path) => path.replace(".html", "%2ehtml")
]

const linksOf = (page: number, pages: number): ReadonlyArray<string> => {
  const random = seeded(page + 77)
  const pick = <A>(from: ReadonlyArray<A>): A => from[Math.floor(random() * from.length)] as A
  const others = Array.from({ length: 6 }, () => pick(spellings)(pagePath(Math.floor(random() * pages))))
  return [
    ...childrenOf(page, pages).map(linkedPath),
    ...trapsOf(page, pages).map((trap) => trap.path),
    ...others,
    offOriginLink(page),
    "mailto:nobody@site.example",
    "#top"
  ]
}

const anchors = (links: ReadonlyArray<string>): string =>
  links.map((link) => `<li><a href="${link}">to ${link.trim().replaceAll("&", "&amp;")}</a></li>`).join("\n")

const wellFormed = (title: string, links: ReadonlyArray<string>, text: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>` +
  `<style>li { margin: 0 }</style><script>const notText = "<a href='/not-a-link'>"</script></head>\n` +
  `<body><h1>${title}</h1><nav><ul>\n${anchors(links)}\n</ul></nav>\n<p>${text.replaceAll(". ", ".</p><p>")}</p></body></html>\n`

// Ways to get HTML wrong that browsers put up with; what follows the damage must still be found.
const malformed: ReadonlyArray<(title: string, links: ReadonlyArray<string>, text: string) => string> = [
  (title, links, text) =>
    `<title>${title}<body></title><ul>${links.map((link) => `<li><A HREF=${link.trim()}>to<p>`).join("")}${text}`,
  (title, links, text) =>
    `<html><head><title>${title}</title>${"<div><b>".repeat(2000)}${anchors(links)}</i></span></td>${text}`,
  (title, links, text) => `<title>${title}</title>\0\0<p>a < b && c > d &nosuch; &#xfffffff;${anchors(links)}\0${text}`,
  (title, links, text) =>
    `<<title>></title><title>${title}</title>${links.map((link) => `<a class="a"b='c' href='${link}' =x ">to</a>`).join("")}${text}`,
  (title, links, text) => `<title>${title}</title>${anchors(links)}<p>${text}<!-- never closed <a href="/not-a-link">`
]

/** The bytes of a page, before any compression: always the same for the same page of the same site. */
export const pageBody = (page: number, pages: number): Buffer => {
  const random = seeded(page)
  const length = 2000 + Math.floor(random() ** 2 * (LOREM_LENGTH - 2000))
  const start = Math.floor(random() * LOREM_LENGTH)
  const write = pageKind(page) === "malformed" ? malformed[Math.floor(page / 50) % malformed.length]! : wellFormed
  return Buffer.from(write(`Page ${page}`, linksOf(page, pages), lorem.slice(start, start + length)))
}

/** The bytes of all pages together. */
export const siteBytes = (pages: number): number =>
  Array.from({ length: pages }, (_, page) => pageBody(page, pages).length).reduce((sum, bytes) => sum + bytes, 0)
