// What RFC 3986 calls unreserved means the same with and without percent-encoding.
const UNRESERVED = /[\w.~-]/

const onePercentEncoding = (text: string): string =>
  text.replace(/%[0-9a-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16))
    return UNRESERVED.test(character) ? character : encoded.toUpperCase()
  })

/**
 * Resolves a link and writes it in the one way that equal addresses share: no fragment, no user name, no dot segments,
 * one percent-encoding. Answers undefined for what is no web address, such as `mailto:`.
 */
export const normaliseUrl = (link: string, base?: URL): URL | undefined => {
  const url = URL.parse(link, base)
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return undefined
  url.hash = ""
  url.username = ""
  url.password = ""
  // Decoding may make new dot segments (`%2e%2e/`); the setter takes them out again.
  url.pathname = onePercentEncoding(url.pathname)
  url.search = onePercentEncoding(url.search)
  return url
}
