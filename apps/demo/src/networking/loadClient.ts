import { Effect } from "effect"
import type { HttpClient } from "effect/http"
import { TaskGroup } from "ferrule"

/** How a request ended for its client: in time, with 504 because of the server's deadline, or in any other way. */
export type Answer = "answered" | "timedOut" | "failed"

const answers: Readonly<Record<number, Answer>> = { 200: "answered", 504: "timedOut" }

/** One request, read to its end. A connection that breaks is an answer too: nothing goes uncounted. */
export const get = (client: HttpClient.HttpClient, url: string): Effect.Effect<Answer> =>
  client.get(url).pipe(
    Effect.flatMap((response) => Effect.as(response.text, answers[response.status] ?? "failed")),
    Effect.catchTag("HttpClientError", () => Effect.succeed<Answer>("failed"))
  )

const hopeless = 30_000

/** Every fiftieth request asks for what takes 30 seconds, the others for 5 to 50 ms: the same mix on every run. */
const pathOf = (index: number): string => `/wait/${index % 50 === 49 ? hopeless : 5 + ((index * 7919) % 46)}`

export const hopelessPath = `/wait/${hopeless}`

/** Sends `requests` requests, never more than `concurrency` at once, and gives their answers in order. */
export const load = (
  client: HttpClient.HttpClient,
  url: string,
  options: {
    readonly requests: number
    readonly concurrency: number
    readonly onAnswer: (count: number) => Effect.Effect<void>
  }
): Effect.Effect<ReadonlyArray<Answer>> => {
  let count = 0
  return TaskGroup.forEach(
    Array.from({ length: options.requests }, (_, index) => pathOf(index)),
    (path) => Effect.tap(get(client, url + path), () => options.onAnswer(++count)),
    { limit: options.concurrency, name: "clients" }
  )
}
