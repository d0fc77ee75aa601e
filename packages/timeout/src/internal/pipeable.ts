import * as Effect from "effect/Effect"

/**
 * What `Function.dual` gives where the effect comes first, also if the last parameter may be missing. `dual` spreads its
 * arguments then: that took a tenth of a timeout that does not fire.
 */
export const pipeable =
  // Sound where the type that it is given to says the same of both forms.
  (run: (self: Effect.Effect<any, any, any>, second: any, third: any) => unknown): any =>
    (first: unknown, second: unknown, third: unknown) =>
      Effect.isEffect(first) ? run(first, second, third) : (self: Effect.Effect<any>) => run(self, first, second)
