import { describe, expect, it } from "@effect/vitest"
import { normaliseUrl } from "../src/scraping/normaliseUrl.ts"
import { makePageParser } from "../src/scraping/PageParser.ts"

const base = new URL("http://Site.example/a/b.html")

const parse = (html: string) => {
  const parser = makePageParser(base)
  expect(parser.write(html)).toBe(true)
  return parser.end()
}

describe("normaliseUrl", () => {
  it("writes equal addresses the same way", () => {
    const same = [
      "c.html",
      "./c.html#top",
      "../a/c.html",
      "/a/%63.html",
      "HTTP://SITE.example:80/a/c.html",
      " c.html\n"
    ]
    for (const link of same) expect(normaliseUrl(link, base)?.href).toBe("http://site.example/a/c.html")
    expect(normaliseUrl("/%7Eme/%c3%a4 %2f?q=%7e", base)?.href).toBe("http://site.example/~me/%C3%A4%20%2F?q=~")
    expect(normaliseUrl("/x/%2e%2e/y", base)?.href).toBe("http://site.example/y")
    expect(normaliseUrl("http://me:secret@site.example/", base)?.href).toBe("http://site.example/")
  })

  it("refuses what is no web address", () => {
    for (const link of ["mailto:a@b.c", "javascript:void 0", "tel:1", "data:text/html,x", "http://", "http://a b/"]) {
      expect(normaliseUrl(link, base)).toBeUndefined()
    }
  })
})

describe("the page parser", () => {
  it("finds title, text and links, each link once", () => {
    const page = parse(
      `<title> A &amp; B </title><h1>One</h1>two<b>Three</b> four<script>no <a href="/no"></script><style>no</style>
       <a href=x.html>x</a><a href="x.html#y">again</a><area href='/z'><iframe src="//else.example/f"></iframe><a name=n>n</a>`
    )
    expect(page).toEqual({
      title: "A & B",
      text: "One twoThree four xagain n",
      links: ["http://site.example/a/x.html", "http://site.example/z", "http://else.example/f"]
    })
  })

  it("finds the same in whatever pieces a page arrives", () => {
    const html = `<title>T&auml;</title><p>one <a href="/x?a=1&amp;b=2">two</a><!-- <a href="/no"> --></p>`
    const parser = makePageParser(base)
    for (const character of html) parser.write(character)
    expect(parser.end()).toEqual(parse(html))
    expect(parse(html)).toEqual({ title: "Tä", text: "one two", links: ["http://site.example/x?a=1&b=2"] })
  })

  it("resolves links against <base>", () => {
    expect(parse(`<base href="/docs/"><a href="x">`).links).toEqual(["http://site.example/docs/x"])
  })

  it("refuses tags nested 100,000 deep at once instead of blocking the process", () => {
    const parser = makePageParser(base)
    const started = performance.now()
    expect(parser.write("<div><b>".repeat(100_000))).toBe(false)
    parser.end()
    expect(performance.now() - started).toBeLessThan(1000)
  })
})
