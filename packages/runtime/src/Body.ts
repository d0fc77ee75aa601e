import * as Effect from "effect/Effect"

/**
 * What the body of a scope, group or handler may be: an effect, or a generator as `Effect.gen` takes it.
 * One signature, both infer: `(x) => Effect` and `function* (x) { … }`.
 *
 * @category models
 * @since 0.1.0
 */
export type Body = Effect.Effect<any, any, any> | Generator<Effect.Effect<any, any, any>, any, never>

/**
 * The value a body ends with.
 *
 * @category models
 * @since 0.1.0
 */
export type BodyA<B> =
  B extends Effect.Effect<infer A, any, any> ? A : B extends Generator<any, infer A, any> ? A : never

/**
 * The effects a body is made of: itself, or what the generator yields.
 *
 * @category models
 * @since 0.1.0
 */
export type BodyEffect<B> = B extends Generator<infer Y, any, any> ? Y : B

/**
 * The errors a body can fail with.
 *
 * @category models
 * @since 0.1.0
 */
export type BodyE<B> = BodyEffect<B> extends infer Y ? (Y extends Effect.Effect<any, infer E, any> ? E : never) : never

/**
 * The services a body requires.
 *
 * @category models
 * @since 0.1.0
 */
export type BodyR<B> = BodyEffect<B> extends infer Y ? (Y extends Effect.Effect<any, any, infer R> ? R : never) : never

/**
 * Calls `body` when the effect runs, and runs what it gives: an effect, or a generator.
 *
 * @category building
 * @since 0.1.0
 */
export const runBody = <Args extends ReadonlyArray<unknown>, B extends Body>(
  body: (...args: Args) => B,
  ...args: Args
): Effect.Effect<BodyA<B>, BodyE<B>, BodyR<B>> =>
  Effect.suspend(() => {
    const made: Body = body(...args)
    // Sound: BodyA, BodyE and BodyR read exactly these parts off B.
    return (Effect.isEffect(made) ? made : Effect.gen(() => stepsOf(body, made))) as Effect.Effect<
      BodyA<B>,
      BodyE<B>,
      BodyR<B>
    >
  })

type Steps = Extract<Body, Generator>

/**
 * What `body` gave where that is not an effect: a generator, or it is misuse and throws.
 *
 * @category building
 * @since 0.1.0
 */
export const stepsOf = (body: { readonly name: string }, made: unknown): Steps => {
  // Sound: what has `next`, and is no effect, is the generator. JavaScript, or an `any`, gets here with anything.
  if (typeof (made as Partial<Steps> | null | undefined)?.next === "function") return made as Steps
  const which = body.name === "" ? "a body" : `the body "${body.name}"`
  const [what, todo] =
    made instanceof Promise
      ? ["a promise", "wrap it in `Effect.promise`"]
      : [made === null ? "null" : typeof made, "return an effect, or write `function*`"]
  throw new TypeError(`${which} gave ${what}, which is neither an effect nor a generator: ${todo}.`)
}
