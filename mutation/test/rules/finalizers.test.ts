import { expect, it } from "vitest"
import { finalizers } from "../../src/rules/finalizers.ts"
import { mutantsOf } from "../support/mutantsOf.ts"

it.each(["ensuring", "onExit", "onExitPrimitive", "onError", "onInterrupt"])("drops what %s adds", (name) => {
  expect(mutantsOf(finalizers, `const x = Effect.${name}(work, cleanup)`)).toEqual(["const x = (work)"])
  expect(mutantsOf(finalizers, `const x = pipe(work, Effect.${name}(cleanup))`)).toEqual([
    "const x = pipe(work, ((self) => self))"
  ])
})

it("acquires and releases nothing", () => {
  expect(mutantsOf(finalizers, "const x = Effect.acquireRelease(open, (it) => it.close)")).toEqual([
    "const x = Effect.acquireRelease(open, (() => Effect.void))"
  ])
  expect(mutantsOf(finalizers, "const x = Effect.acquireUseRelease(open, use, (it) => it.close)")).toEqual([
    "const x = Effect.acquireUseRelease(open, use, (() => Effect.void))"
  ])
})

it("adds no finalizer to a resource scope", () => {
  expect(mutantsOf(finalizers, "const x = Effect.addFinalizer(() => cleanup)")).toEqual(["const x = (Effect.void)"])
  expect(mutantsOf(finalizers, "const x = Scope.addFinalizer(scope, cleanup)")).toEqual(["const x = (Effect.void)"])
})

it("empties `finally`, of a block and of a promise", () => {
  expect(mutantsOf(finalizers, "try { work() } finally { cleanup() }")).toEqual(["try { work() } finally {}"])
  expect(mutantsOf(finalizers, "const x = promise.finally(cleanup)")).toEqual(["const x = (promise)"])
})

it("registers with a callback, and gives it no cleanup", () => {
  const code = "const x = Effect.callback((resume) => {\n  if (ready) return resume(done)\n  return leave()\n})"
  expect(mutantsOf(finalizers, code)).toEqual([code.replace("leave()", "((leave(), undefined))")])
  expect(mutantsOf(finalizers, "const x = Effect.callback((resume) => stand(resume))")).toEqual([
    "const x = Effect.callback((resume) => ((stand(resume), undefined)))"
  ])
  expect(mutantsOf(finalizers, "const x = Effect.callback((resume) => void start(resume))")).toEqual([])
})
