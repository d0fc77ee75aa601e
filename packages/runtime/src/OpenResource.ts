import type * as Fiber from "effect/Fiber"
import { currentNode } from "./currentNode.ts"
import { numberOf, type Resource, type Watch, watchAt } from "./observer.ts"

/**
 * What can say in figures how it stands.
 *
 * @category hooks
 * @since 0.1.0
 */
export interface Figured {
  readonly figures: Readonly<Record<string, number | string>>
}

let opened = 0

/**
 * A resource that somebody watches. What it is about keeps it, and closes it.
 *
 * @category hooks
 * @since 0.1.0
 */
export class OpenResource implements Resource {
  readonly id = ++opened
  readonly kind: string
  readonly name: string
  readonly owner: number | undefined
  readonly fiber: number
  readonly of: number | undefined
  /** Who is told of it. */
  readonly watch: Watch
  private readonly subject: Figured
  private closed = false

  constructor(
    watch: Watch,
    fiber: Fiber.Fiber<unknown, unknown>,
    kind: string,
    name: string,
    subject: Figured,
    whole?: OpenResource
  ) {
    const node = currentNode(fiber)
    this.watch = watch
    this.kind = kind
    this.name = name
    this.owner = node?.observed?.id
    this.fiber = numberOf(fiber, node)
    this.of = whole?.id
    this.subject = subject
    watch.tell((observer) => observer.resourceOpened?.(this))
  }

  state(): Readonly<Record<string, number | string>> {
    return this.subject.figures
  }

  /** The code of `fiber` makes, or takes, a part of it. */
  part(fiber: Fiber.Fiber<unknown, unknown>, kind: string, subject: Figured): OpenResource {
    return new OpenResource(this.watch, fiber, kind, this.name, subject, this)
  }

  /** It was given back, or nobody can use it any more. Twice is harmless. */
  close(): void {
    if (this.closed) return
    this.closed = true
    this.watch.tell((observer) => observer.resourceClosed?.(this))
  }
}

/**
 * The code of `fiber` has made something, which may belong to something else. Gives the resource if somebody watches, for
 * `subject` to keep.
 *
 * @category hooks
 * @since 0.1.0
 */
export const openResource = (
  fiber: Fiber.Fiber<unknown, unknown>,
  kind: string,
  name: string | undefined,
  subject: Figured,
  whole?: OpenResource
): OpenResource | undefined => {
  const watch = watchAt(fiber)
  return watch === undefined ? undefined : new OpenResource(watch, fiber, kind, name ?? "unnamed", subject, whole)
}
