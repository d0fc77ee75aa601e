import { Flag } from "effect/cli"

export interface Options {
  /** How many requests the clients send. */
  readonly requests: number
  /** How many of them are under way at once. */
  readonly concurrency: number
  /** Milliseconds the server gives each request. */
  readonly deadline: number
  /** Serve until a signal comes, for load from outside. */
  readonly serve: boolean
  /** 0 takes any free port. */
  readonly port: number
}

export const defaults: Options = { requests: 2_000, concurrency: 100, deadline: 1_000, serve: false, port: 0 }

const int = (name: keyof Options, from: number, to: number, fallback: number, description: string) =>
  Flag.Int(name).pipe(
    Flag.withDescription(`${description} (default ${fallback})`),
    Flag.filter(
      (value) => value >= from && value <= to,
      () => `a number from ${from} to ${to}`
    ),
    Flag.withDefault(fallback)
  )

export const flags = {
  requests: int("requests", 1, 1_000_000, defaults.requests, "how many requests the clients send"),
  concurrency: int("concurrency", 1, 5_000, defaults.concurrency, "how many of them are under way at once"),
  deadline: int("deadline", 10, 10_000, defaults.deadline, "milliseconds the server gives each request"),
  port: int("port", 0, 65_535, defaults.port, "port of the server; 0 takes any free one"),
  serve: Flag.Boolean("serve").pipe(
    Flag.withDescription("serve until Ctrl-C or SIGTERM, for load from outside; then drain"),
    Flag.withDefault(defaults.serve)
  )
}
