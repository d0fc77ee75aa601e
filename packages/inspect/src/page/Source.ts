import type { Snapshot } from "../Snapshot.ts"
import type { Timeline } from "../Timeline.ts"

/** Why there is nothing new, in words for the page. */
export class NoAnswer extends Error {}

/** Asks for what the page shows, with the token that stands in its address. */
export class Source {
  readonly #token: string

  constructor(token: string) {
    this.#token = token
  }

  snapshot(signal: AbortSignal): Promise<Snapshot> {
    return this.#ask("/snapshot", signal) as Promise<Snapshot>
  }

  timeline(after: number, signal: AbortSignal): Promise<Timeline> {
    return this.#ask(`/timeline?after=${after}`, signal) as Promise<Timeline>
  }

  async #ask(path: string, signal: AbortSignal): Promise<unknown> {
    const response = await fetch(path, { headers: { authorization: `Bearer ${this.#token}` }, signal }).catch(() => {
      throw new NoAnswer("ferrule-inspect web has ended. Start it again, and open the address that it prints.")
    })
    if (response.ok) return response.json()
    const { error } = (await response.json().catch(() => ({}))) as { readonly error?: string }
    if (response.status === 401)
      throw new NoAnswer(
        "This address lacks the right token. Open the one that ferrule-inspect web has printed, whole."
      )
    throw new NoAnswer(error ?? `the answer was ${response.status}`)
  }
}
