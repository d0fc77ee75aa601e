/**
 * What the local site consists of: pages that all answer in the end, and traps that a crawler must survive.
 *
 * Everything follows from the number of pages, so that a crawl can be checked against exact figures:
 *
 * | of 2,000 pages               |       | and besides                               |    | counts as  |
 * | ---------------------------- | ----: | ----------------------------------------- | -: | ---------- |
 * | plain                        | 1,680 | missing, 404                              | 40 | dead link  |
 * | flaky: 503 once or twice     |    40 | gone, 410                                 | 10 | dead link  |
 * | slow: about 300 ms           |    40 | redirect that goes in a circle            |  4 | failed     |
 * | malformed HTML               |    40 | chain of 8 redirects                      |  4 | failed     |
 * | compressed: gzip, br,deflate |   120 | never answers                             |  4 | failed     |
 * | moved: 1 to 5 redirects away |    80 | always 503                                |  4 | failed     |
 * |                              |       | endless page, or a small gzip of a big one |  4 | failed     |
 * |                              |       | redirect to another site                  |  4 | redirect   |
 * |                              |       | a text file                               |  4 | not a page |
 */
export type PageKind = "plain" | "flaky" | "slow" | "malformed" | "gzip" | "br" | "deflate" | "moved"
export type TrapKind = "missing" | "gone" | "loop" | "chain" | "stuck" | "broken" | "huge" | "away" | "file"

export interface Trap {
  readonly kind: TrapKind
  readonly index: number
  readonly path: string
}

const PAGE_KINDS: Readonly<Record<number, PageKind>> = {
  7: "flaky",
  13: "slow",
  19: "malformed",
  23: "gzip",
  24: "br",
  25: "deflate",
  31: "moved",
  43: "moved"
}

/** The kind of a page: the pattern repeats every 50 pages. */
export const pageKind = (page: number): PageKind => PAGE_KINDS[page % 50] ?? "plain"

export const pagePath = (page: number): string => (page === 0 ? "/" : `/p/${page}.html`)

/** The address that links use: a moved page is known by its old address. */
export const linkedPath = (page: number): string => (pageKind(page) === "moved" ? `/moved/${page}` : pagePath(page))

/** How many redirects lie between the old address of a moved page and the page. */
export const redirectsTo = (page: number): number => 1 + (Math.floor(page / 50) % 5)

/** How often a flaky page answers 503 before it answers. */
export const failuresOf = (page: number): number => 1 + (Math.floor(page / 50) % 2)

/** One of each kind at least, however small the site. */
const trapCount = (kind: TrapKind, pages: number): number => {
  const oneIn = kind === "missing" ? 50 : kind === "gone" ? 200 : 500
  return Math.max(1, Math.floor(pages / oneIn))
}

const trapPath = (kind: TrapKind, index: number) => (kind === "file" ? `/file/${index}.txt` : `/${kind}/${index}`)

// Stuck ones first: they are linked from the first pages, so the wait for their deadline overlaps the crawl.
const TRAP_KINDS: ReadonlyArray<TrapKind> = [
  "stuck",
  "loop",
  "chain",
  "broken",
  "huge",
  "away",
  "file",
  "gone",
  "missing"
]

export const traps = (pages: number): ReadonlyArray<Trap> =>
  TRAP_KINDS.flatMap((kind) =>
    Array.from({ length: trapCount(kind, pages) }, (_, index) => ({ kind, index, path: trapPath(kind, index) }))
  )

const OFF_ORIGIN_SITES = 10

export const offOriginLink = (page: number): string => `https://site-${page % OFF_ORIGIN_SITES}.example/`

export interface ExpectedCounts {
  readonly pages: number
  readonly deadLinks: number
  readonly failed: number
  /** Distinct addresses of other sites: they are recorded and never asked for. */
  readonly offOrigin: number
}

/** What every crawl of a site with so many pages finds. */
export const expectedCounts = (pages: number): ExpectedCounts => {
  const count = (...kinds: ReadonlyArray<TrapKind>) => kinds.reduce((sum, kind) => sum + trapCount(kind, pages), 0)
  return {
    pages,
    deadLinks: count("missing", "gone"),
    failed: count("loop", "chain", "stuck", "broken", "huge"),
    offOrigin: Math.min(pages, OFF_ORIGIN_SITES)
  }
}
