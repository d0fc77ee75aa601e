import * as Effect from "effect/Effect"
import * as Effectable from "effect/Effectable"
import * as Fiber from "effect/Fiber"
import { inPlaceBudget } from "./internal/inPlaceBudget.ts"

type Act = (fiber: Fiber.Fiber<any, any>, x: any, y: any, z: any) => Effect.Effect<any, any, any>
type Attempt = (step: Step<any, any, any>, fiber: Fiber.Fiber<any, any>, x: any, y: any, z: any) => boolean

/** What all primitives of one kind do. */
interface Kind {
  readonly act: Act
  readonly attempt: Attempt | undefined
}

/** One class for all of them: then V8 knows the shape of every one. */
interface Primitive extends Effect.Effect<any, any, any> {
  readonly kind: Kind
  readonly x: unknown
  readonly y: unknown
  readonly z: unknown
}

const Primitive = function (
  this: { kind: Kind; x: unknown; y: unknown; z: unknown },
  kind: Kind,
  x: unknown,
  y: unknown,
  z: unknown
) {
  this.kind = kind
  this.x = x
  this.y = y
  this.z = z
  // Sound: called with `new`, a function makes what its prototype says.
} as unknown as new (kind: Kind, x: unknown, y: unknown, z: unknown) => Primitive

Primitive.prototype = Object.assign(
  Effectable.Prototype<Primitive>({
    label: "ferrule",
    evaluate(fiber) {
      return this.kind.act(fiber, this.x, this.y, this.z)
    }
  }),
  {
    [Symbol.iterator](this: Primitive) {
      return new Step<any, any, any>(this)
    }
  }
)

/**
 * The `yield*` of one effect in a generator. It is what the generator is given for it, too: one object for both.
 *
 *   new       nothing was asked of it: `value` is the effect.
 *   yielded   the run loop has `value`, the effect, or another that an attempt has put in its place.
 *   done      `value` is what the effect has given.
 *
 * @category building
 * @since 0.1.0
 */
export class Step<A, E, R> {
  value: unknown
  done = false
  private begun = false

  constructor(effect: Effect.Effect<A, E, R>) {
    this.value = effect
  }

  /** For an attempt: it is done, and has given `value`. */
  succeed(value: A): true {
    this.value = value
    return true
  }

  /** For an attempt: it cannot be done without waiting, and `effect` is how to wait. */
  wait(effect: Effect.Effect<A, E, R>): false {
    this.value = effect
    return false
  }

  /** What the generator asks: the first time whether it is done already, and then it is given the value. */
  next(given?: unknown): any {
    if (this.begun) {
      this.value = given
      this.done = true
      return this
    }
    this.begun = true
    // Sound: that of a new step is the effect that it was made for.
    const { kind, x, y, z } = this.value as Primitive
    if (kind.attempt === undefined) return this
    const fiber = Fiber.getCurrent()
    if (fiber === undefined || !inPlaceBudget.allows(fiber)) return this
    try {
      this.done = kind.attempt(this, fiber, x, y, z)
    } catch (defect) {
      // Thrown from here it would be the generator's to catch.
      this.value = Effect.die(defect)
    }
    if (!this.done) inPlaceBudget.leaveToRunLoop()
    return this
  }
}

/**
 * Makes effects that are one small object each, in place of `withFiber` and a closure: for what runs a hundred thousand
 * times. `act` gets the running fiber and what the effect was made with, each time the effect runs.
 *
 * In a generator, and under Effect's default scheduler, `attempt` is asked first: it may do the whole in the very step
 * in which the generator says `yield*`, which costs a fifth. It answers with `step.succeed`, or with `false` if `act` has
 * to do it. It acts only where `act` would act without waiting, so it has to look itself whether the scope was cancelled.
 *
 * @category building
 * @since 0.1.0
 */
export const primitive = <X, Y, Z, A, E, R>(
  act: (fiber: Fiber.Fiber<any, any>, x: X, y: Y, z: Z) => Effect.Effect<A, E, R>,
  attempt?: (step: Step<A, E, R>, fiber: Fiber.Fiber<any, any>, x: X, y: Y, z: Z) => boolean
): ((x: X, y: Y, z: Z) => Effect.Effect<A, E, R>) => {
  const kind: Kind = { act, attempt }
  return (x, y, z) => new Primitive(kind, x, y, z)
}
