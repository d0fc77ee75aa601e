import type * as Effect from "effect/Effect"
import * as Effectable from "effect/Effectable"
import type * as Fiber from "effect/Fiber"

type Act = (fiber: Fiber.Fiber<any, any>, x: any, y: any, z: any) => Effect.Effect<any, any, any>

/** One class for all of them: then V8 knows the shape of every one. */
interface Primitive extends Effect.Effect<any, any, any> {
  readonly act: Act
  readonly x: unknown
  readonly y: unknown
  readonly z: unknown
}

const Primitive = function (
  this: { act: Act; x: unknown; y: unknown; z: unknown },
  act: Act,
  x: unknown,
  y: unknown,
  z: unknown
) {
  this.act = act
  this.x = x
  this.y = y
  this.z = z
  // Sound: called with `new`, a function makes what its prototype says.
} as unknown as new (act: Act, x: unknown, y: unknown, z: unknown) => Primitive

Primitive.prototype = Effectable.Prototype<Primitive>({
  label: "ferrule",
  evaluate(fiber) {
    return this.act(fiber, this.x, this.y, this.z)
  }
})

/**
 * Makes effects that are one small object each, in place of `withFiber` and a closure: for what runs a hundred thousand
 * times. `act` gets the running fiber and what the effect was made with, each time the effect runs.
 *
 * @category building
 * @since 0.1.0
 */
export const primitive =
  <X, Y, Z, A, E, R>(
    act: (fiber: Fiber.Fiber<any, any>, x: X, y: Y, z: Z) => Effect.Effect<A, E, R>
  ): ((x: X, y: Y, z: Z) => Effect.Effect<A, E, R>) =>
  (x, y, z) =>
    new Primitive(act, x, y, z)
