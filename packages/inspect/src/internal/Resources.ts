/**
 * What is open. A semaphore, or a channel that nobody closes, is never said to be closed: those are kept weakly, and
 * those that are gone are looked for whenever there are twice as many as the last look left.
 */
import type { Resource } from "@ferrule/runtime"
import type { ResourceInfo } from "../Snapshot.ts"
import { isTaken } from "./isTaken.ts"

interface Entry {
  readonly at: number
  readonly resource: Resource | WeakRef<Resource>
}

const resourceOf = ({ resource }: Entry): Resource | undefined =>
  resource instanceof WeakRef ? resource.deref() : resource

export class Resources {
  private readonly entries = new Map<number, Entry>()
  private lookAt = 1024

  open(resource: Resource, at: number): void {
    // What is taken is given back, and there may be very many of it.
    this.entries.set(resource.id, { at, resource: isTaken(resource) ? resource : new WeakRef(resource) })
    if (this.entries.size >= this.lookAt) this.look()
  }

  close({ id }: Resource): void {
    this.entries.delete(id)
  }

  infos(now: number): ReadonlyArray<ResourceInfo> {
    this.look()
    return Array.from(this.entries.values(), (entry) => ({ at: entry.at, resource: resourceOf(entry) })).flatMap(
      ({ at, resource }) => (resource === undefined ? [] : [infoOf(resource, Math.max(0, now - at))])
    )
  }

  private look(): void {
    for (const [id, entry] of this.entries) if (resourceOf(entry) === undefined) this.entries.delete(id)
    this.lookAt = Math.max(1024, 2 * this.entries.size)
  }
}

const infoOf = (resource: Resource, age: number): ResourceInfo => {
  const { id, kind, name, of, owner } = resource
  const state = Object.entries(resource.state()).map(([word, value]) => [word, inJson(value)] as const)
  return {
    id,
    kind,
    name,
    ...(owner === undefined ? {} : { owner }),
    ...(of === undefined ? {} : { of }),
    age,
    state: Object.fromEntries(state)
  }
}

/** JSON has no word for what is infinite. */
const inJson = (value: number | string): number | string =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value
