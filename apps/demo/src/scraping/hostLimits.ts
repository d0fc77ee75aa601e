import { type Effect, Semaphore } from "effect"

/** A limit for each host: at most so many effects for the same host run at once, the others wait. */
export const hostLimits = (perHost: number) => {
  const hosts = new Map<string, Semaphore.Semaphore>()
  return (host: string): (<A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>) => {
    const semaphore = hosts.get(host) ?? Semaphore.makeUnsafe(perHost)
    hosts.set(host, semaphore)
    return (self) => semaphore.withPermit(self)
  }
}
