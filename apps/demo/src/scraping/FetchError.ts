import { Data } from "effect"

/** The server answered, but with no page: 403, 500 … */
export class Refused extends Data.TaggedError("Refused")<{ readonly url: string; readonly status: number }> {
  override get message(): string {
    return `${this.url} answered ${this.status}`
  }
}

/** There was no answer, or it broke off. */
export class Unreachable extends Data.TaggedError("Unreachable")<{ readonly url: string; readonly why: string }> {
  override get message(): string {
    return `${this.url} could not be read: ${this.why}`
  }
}

/** The redirects go in a circle, or are too many to follow. */
export class RedirectsWithoutEnd extends Data.TaggedError("RedirectsWithoutEnd")<{
  /** The addresses in the order they were asked for; the last one was not asked for any more. */
  readonly chain: ReadonlyArray<string>
}> {
  override get message(): string {
    const [first = "", ...rest] = this.chain
    return `${first} redirects without end: ${[first, ...rest.map((url) => new URL(url).pathname)].join(" → ")}`
  }
}

/** More than the crawler is willing to read of one page, counted after decompression. */
export class TooBig extends Data.TaggedError("TooBig")<{ readonly url: string; readonly maxBytes: number }> {
  override get message(): string {
    return `${this.url} is bigger than ${(this.maxBytes / 2 ** 20).toFixed(0)} MiB`
  }
}

/** Not to be read as HTML, or in an encoding nobody asked for. */
export class Unreadable extends Data.TaggedError("Unreadable")<{ readonly url: string; readonly why: string }> {
  override get message(): string {
    return `${this.url} cannot be read: ${this.why}`
  }
}

export type FetchError = Refused | Unreachable | RedirectsWithoutEnd | TooBig | Unreadable

const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])

/** Whether asking again may help. */
export const isTransient = (error: FetchError): boolean =>
  error._tag === "Unreachable" || (error._tag === "Refused" && TRANSIENT.has(error.status))
