import type { MakeOptions } from "./Channel.ts"

/**
 * How the channel is set up that is fed from a source. It cannot drop items: nothing is taken out of the source before
 * there is a place for it.
 *
 * @category models
 * @since 0.1.0
 */
export interface FromOptions<in A> extends Omit<MakeOptions<A>, "overflow"> {}

/**
 * As `FromOptions`, of a source that can throw anything: `onError` makes it the error of the channel.
 *
 * @category models
 * @since 0.1.0
 */
export interface ForeignOptions<in A, out E> extends FromOptions<A> {
  /** Makes what the source has thrown, or was rejected with, the error of the channel. */
  readonly onError: (error: unknown) => E
}
