import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/**
 * A phantom requirement: "tasks that can fail with `E` were started in the group named `N`". `run` takes it out of
 * the requirements of its body and adds `E` to its own errors. It is never asked for at run time.
 *
 * @category types
 * @since 0.1.0
 */
export interface Children<out N, out E> {
  readonly "~ferrule/Children": { readonly group: N; readonly error: E }
}

/**
 * What starting a task that can fail with `E` adds to the requirements: nothing, when it cannot fail.
 *
 * @category types
 * @since 0.1.0
 */
export type Spawns<N, E> = [E] extends [never] ? never : Children<N, E>

/**
 * Whether tasks started for a group named `M` are those of the group named `N`. A helper written for `TaskGroup` (any
 * name) counts for the nearest group; a group with a computed name takes only its own.
 *
 * @category types
 * @since 0.1.0
 */
export type Mine<M, N> = string extends M ? true : string extends N ? false : [M] extends [N] ? true : false

/**
 * The errors of the tasks that were started in group `N`, read off the requirements of its body.
 *
 * @category types
 * @since 0.1.0
 */
export type ErrorsOf<R, N> = R extends Children<infer M, infer E> ? (Mine<M, N> extends true ? E : never) : never

/**
 * The requirements without the tasks of group `N`.
 *
 * @category types
 * @since 0.1.0
 */
export type Without<R, N> = R extends Children<infer M, any> ? (Mine<M, N> extends true ? never : R) : R

/**
 * The requirements without the resource scope, which every body and task gets for itself.
 *
 * @category types
 * @since 0.1.0
 */
export type NoScope<R> = Exclude<R, Scope.Scope>

/**
 * Any effect, whatever it gives, fails with and requires.
 *
 * @category types
 * @since 0.1.0
 */
export type AnyEffect = Effect.Effect<any, any, any>
