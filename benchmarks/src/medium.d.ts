/** What the benchmarks use of `medium`, which has no types of its own. */
declare module "medium" {
  interface Chan<A> {
    readonly buffer: { readonly isEmpty: () => boolean }
    readonly takes: ReadonlyArray<A>
  }
  /** A rendezvous without a capacity. */
  const chan: <A>(capacity?: number) => Chan<A>
  const put: <A>(channel: Chan<A>, item: A) => Promise<boolean>
  const take: <A>(channel: Chan<A>) => Promise<A>
}
