import { Effect, Schedule, Stream } from "effect"
import { HttpClient, type HttpClientResponse } from "effect/http"
import { acceptedEncodings } from "./decodeBody.ts"
import { type FetchError, isTransient, RedirectsWithoutEnd, Refused, Unreachable } from "./FetchError.ts"
import { normaliseUrl } from "./normaliseUrl.ts"
import { type Page, readPage } from "./readPage.ts"

/** What became of an address. */
export type Fetched =
  | { readonly _tag: "Page"; readonly page: Page }
  /** It redirects to a page that is stored already. */
  | { readonly _tag: "Known"; readonly url: string }
  /** It redirects to another site. */
  | { readonly _tag: "OffOrigin"; readonly url: string }
  | { readonly _tag: "NotHtml"; readonly type: string }
  | { readonly _tag: "Missing"; readonly status: number }

type Answer = Fetched | { readonly _tag: "Redirect"; readonly to: string }

export interface FetchRules {
  /** Whether the page of this address is stored already, so that it need not be read again. */
  readonly isStored: (url: string) => boolean
  /** Told of each attempt that failed and is followed by another. */
  readonly onRetry: (error: FetchError) => Effect.Effect<void>
}

const MAX_REDIRECTS = 5
const RETRIES = 3
const SMALL_BODY = 2 ** 16

// A short body that nobody wants is read all the same: the connection can then be used again.
const drop = (response: HttpClientResponse.HttpClientResponse) =>
  Number(response.headers["content-length"] ?? Infinity) <= SMALL_BODY
    ? Effect.ignore(Stream.runDrain(response.stream))
    : Effect.void

const isHtml = (type: string): boolean => /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(type)

const readAnswer = (
  response: HttpClientResponse.HttpClientResponse,
  url: URL,
  rules: FetchRules
): Effect.Effect<Answer, FetchError> => {
  const { headers, status } = response
  const location = headers["location"]
  const dropped = <A extends Answer>(answer: A) => Effect.as(drop(response), answer)
  if (status >= 300 && status < 400 && location !== undefined) return dropped({ _tag: "Redirect", to: location })
  if (status === 404 || status === 410) return dropped({ _tag: "Missing", status })
  if (status < 200 || status >= 300) {
    return Effect.andThen(drop(response), Effect.fail(new Refused({ url: url.href, status })))
  }
  const type = headers["content-type"] ?? ""
  if (!isHtml(type)) return Effect.succeed({ _tag: "NotHtml", type })
  if (rules.isStored(url.href)) return Effect.succeed({ _tag: "Known", url: url.href })
  return Effect.map(readPage(response, url), (page) => ({ _tag: "Page", page }))
}

/** One request; its connection is given back, or closed when its body was not read, before this ends. */
const askOnce = Effect.fnUntraced(function* (url: URL, rules: FetchRules) {
  const client = HttpClient.withScope(yield* HttpClient.HttpClient)
  const headers = { accept: "text/html", "accept-encoding": acceptedEncodings, "user-agent": "ferrule-demo" }
  const response = yield* client.get(url, { headers }).pipe(
    Effect.mapError(({ reason }) => {
      const why = reason.cause instanceof Error ? reason.cause.message || reason.cause.name : reason._tag
      return new Unreachable({ url: url.href, why })
    })
  )
  return yield* readAnswer(response, url, rules)
}, Effect.scoped)

const ask = (url: URL, rules: FetchRules): Effect.Effect<Answer, FetchError, HttpClient.HttpClient> =>
  Effect.retry(
    askOnce(url, rules),
    Schedule.exponential("50 millis").pipe(
      Schedule.upTo({ times: RETRIES }),
      Schedule.setInputType<FetchError>(),
      Schedule.while(({ input }) => isTransient(input)),
      Schedule.tap(({ input }) => rules.onRetry(input))
    )
  )

/**
 * Fetches a page: follows at most five redirects, tries again what may have been bad luck, reads no more than it must.
 *
 * Every address follows its own redirects to the end, whatever the others do at the same time: so the outcome depends
 * on the site alone and not on who comes first.
 */
export const fetchPage = Effect.fnUntraced(function* (
  start: URL,
  rules: FetchRules
): Effect.fn.Return<Fetched, FetchError, HttpClient.HttpClient> {
  const chain = [start.href]
  let url = start
  while (true) {
    const answer = yield* ask(url, rules)
    if (answer._tag !== "Redirect") return answer
    const next = normaliseUrl(answer.to, url)
    if (next === undefined) {
      return yield* new Unreachable({ url: url.href, why: `it redirects to "${answer.to}"` })
    }
    const isCircle = chain.includes(next.href)
    chain.push(next.href)
    if (isCircle || chain.length - 1 > MAX_REDIRECTS) return yield* new RedirectsWithoutEnd({ chain })
    if (next.origin !== start.origin) return { _tag: "OffOrigin", url: next.href }
    if (rules.isStored(next.href)) return { _tag: "Known", url: next.href }
    url = next
  }
})
