import { AsyncLocalStorage } from "node:async_hooks"
import { expect, it } from "@effect/vitest"
import { Cause, Context, Effect, Exit, Fiber, References } from "effect"
import { describe } from "vitest"
import { cancelNode, type CancelTrace, currentNode, mark, Region, runRegion, traceOf } from "../src/index.ts"

const run = <A, E, R>(region: Region<A, E>, body: Effect.Effect<A, E, R>) =>
  runRegion(region, body, (exit) => Effect.succeed(exit))

const requested = (region: Region<any, any>): CancelTrace => traceOf(region, { _tag: "Requested" }, 0, undefined)

const start = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

const interrupted = (exit: Exit.Exit<unknown, unknown> | undefined): boolean =>
  exit !== undefined && Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)

describe("a region", () => {
  it.effect("whose body does not wait does not make its parent wait either", () =>
    Effect.gen(function* () {
      const fiber = yield* start(run(new Region<number, never>("r"), Effect.succeed(1)))
      expect(fiber.pollUnsafe()).toEqual(Exit.succeed(Exit.succeed(1)))
    })
  )

  it.effect("runs its body in a fiber of its own, below the node of its parent, with the parent's context", () =>
    Effect.gen(function* () {
      class Tag extends Context.Service<Tag, string>()("test/Tag") {}
      const outer = new Region<unknown, never>("outer")
      const inner = new Region<unknown, never>("inner")
      const look = Effect.withFiber((fiber) =>
        Effect.succeed([currentNode(fiber), fiber.id, Context.getOrUndefined(fiber.context, Tag)] as const)
      )
      const parent = yield* Effect.fiberId
      const seen: Array<unknown> = []
      const body = Effect.map(look, (found) => void seen.push(...found))
      yield* run(outer, run(inner, body)).pipe(Effect.provideService(Tag, "given"))
      const [node, id, tag] = seen
      expect([node, tag]).toEqual([inner, "given"])
      expect(id).not.toBe(parent)
      expect([inner.parent, outer.parent]).toEqual([outer, undefined])
      expect([outer.hasEnded, inner.hasEnded, outer.firstChild]).toEqual([true, true, undefined])
    })
  )

  it.effect("that was cancelled before it is entered runs nothing [CS-03]", () =>
    Effect.gen(function* () {
      let ran = false
      const region = new Region<void, never>("r")
      cancelNode(region, requested(region), true)
      const exit = yield* run(
        region,
        Effect.sync(() => void (ran = true))
      )
      expect([ran, interrupted(exit)]).toEqual([false, true])
    })
  )

  it.effect("that is cancelled ends when its cleanup has, and its parent goes on", () =>
    Effect.gen(function* () {
      const region = new Region<never, never>("r")
      let release = (): void => {}
      const cleanup = Effect.callback<void>((resume) => {
        release = () => resume(Effect.void)
      })
      const fiber = yield* start(run(region, Effect.ensuring(Effect.never, cleanup)))
      cancelNode(region, requested(region), true)
      yield* Effect.yieldNow
      expect([region.delivered, region.hasEnded]).toEqual([true, false])
      release()
      const exit = yield* Fiber.join(fiber)
      expect(interrupted(exit)).toBe(true)
      expect(region.hasEnded).toBe(true)
    })
  )

  it.effect("that is let go before its fiber was told is told first, and not left behind if it ends of that", () =>
    Effect.gen(function* () {
      class Watched extends Region<never, never> {
        left = false
        override onLeftBehind(): void {
          this.left = true
        }
      }
      const [quick, slow] = [new Watched("quick"), new Watched("slow")]
      let release = (): void => {}
      const cleanup = Effect.callback<void>((resume) => {
        release = () => resume(Effect.void)
      })
      const fibers = [
        yield* start(run(quick, Effect.never)),
        yield* start(run(slow, Effect.ensuring(Effect.never, cleanup)))
      ]
      for (const region of [quick, slow]) {
        mark(region, requested(region), true)
        region.letGo()
        expect([region.hasEnded, interrupted(region.exit)]).toEqual([true, true])
      }
      expect([quick.left, slow.left]).toEqual([false, true])
      for (const fiber of fibers) expect(interrupted(yield* Fiber.join(fiber))).toBe(true)
      release()
    })
  )

  it.effect("whose parent's fiber is interrupted by somebody is cancelled with a trace that names the fiber", () =>
    Effect.gen(function* () {
      const region = new Region<never, never>("r")
      const fiber = yield* start(run(region, Effect.never))
      fiber.interruptUnsafe(4711)
      expect(interrupted(yield* Fiber.await(fiber))).toBe(true)
      expect(region.trace).toMatchObject({ scope: "r", reason: { _tag: "Requested" }, by: "fiber 4711" })
      expect(region.requested).toBe(undefined)
    })
  )

  it.effect("whose parent was interrupted and is cancelled, too, tells it of that before it goes on", () =>
    Effect.gen(function* () {
      const outer = new Region<unknown, never>("outer")
      const inner = new Region<never, never>("inner")
      const told: Array<boolean> = []
      let release = (): void => {}
      const cleanup = Effect.callback<void>((resume) => {
        release = () => resume(Effect.void)
      })
      const look = Effect.sync(() => void told.push(outer.delivered))
      const fiber = yield* start(run(outer, Effect.ensuring(run(inner, Effect.ensuring(Effect.never, cleanup)), look)))
      outer.fiber!.interruptUnsafe()
      cancelNode(outer, requested(outer), true)
      yield* Effect.yieldNow
      told.push(outer.delivered)
      release()
      yield* Fiber.await(fiber)
      expect(told).toEqual([false, true])
    })
  )

  it.effect("ends its parent with the region's failure even though the parent was interrupted meanwhile", () =>
    Effect.gen(function* () {
      const region = new Region<never, string>("r")
      const body = Effect.andThen(Effect.uninterruptible(Effect.yieldNow), Effect.fail("late"))
      const fiber = yield* start(runRegion(region, Effect.uninterruptible(body), (exit) => exit))
      fiber.interruptUnsafe()
      const exit = yield* Fiber.await(fiber)
      expect(Exit.isFailure(exit) && exit.cause.reasons.map((reason) => reason._tag)).toEqual(["Fail", "Interrupt"])
    })
  )

  it.effect("tells `finish` whether its parent was interrupted meanwhile", () =>
    Effect.gen(function* () {
      const told: Array<boolean> = []
      const ending = (body: Effect.Effect<void>) =>
        runRegion(new Region<void, never>("r"), body, (_, was) => Effect.sync(() => void told.push(was)))
      yield* ending(Effect.void)
      yield* ending(Effect.yieldNow)
      const fiber = yield* start(ending(Effect.never))
      yield* Fiber.interrupt(fiber)
      expect(told).toEqual([false, false, true])
    })
  )
})

describe("a region entered where interruption is masked", () => {
  it.effect("is shielded from outer cancels, and its own cancel works [XK-02]", () =>
    Effect.gen(function* () {
      const outer = new Region<unknown, never>("outer")
      const inner = new Region<never, never>("inner")
      const log: Array<string> = []
      const inside = Effect.onExit(run(inner, Effect.never), () => Effect.sync(() => void log.push("inner over")))
      const fiber = yield* start(run(outer, Effect.uninterruptible(inside)))
      cancelNode(outer, requested(outer), true)
      yield* Effect.yieldNow
      expect([inner.shielded, inner.trace, log]).toEqual([true, undefined, []])
      cancelNode(inner, requested(inner), true)
      yield* Fiber.await(fiber)
      expect(log).toEqual(["inner over"])
    })
  )

  it.effect("can be interrupted inside: a mask is not inherited", () =>
    Effect.gen(function* () {
      const inner = new Region<never, never>("inner")
      const fiber = yield* start(Effect.uninterruptible(run(inner, Effect.never)))
      cancelNode(inner, requested(inner), true)
      expect(interrupted(yield* Effect.flatten(Fiber.join(fiber)).pipe(Effect.exit))).toBe(true)
    })
  )

  it.effect("cannot be unshielded: an outer cancel that came meanwhile stays out", () =>
    Effect.gen(function* () {
      const outer = new Region<unknown, never>("outer")
      const inner = new Region<void, never>("inner")
      const fiber = yield* start(run(outer, Effect.uninterruptible(run(inner, Effect.never))))
      cancelNode(outer, requested(outer), true)
      inner.unshield()
      expect(inner.trace).toBe(undefined)
      cancelNode(inner, requested(inner), true)
      yield* Fiber.await(fiber)
    })
  )
})

describe("what flows in and out", () => {
  it.effect("changes of the context inside a body that succeeded are there after it [XK-03]", () =>
    Effect.gen(function* () {
      const annotate = Effect.annotateLogsScoped({ url: "x" })
      const exit = yield* Effect.scoped(
        Effect.gen(function* () {
          yield* run(new Region<void, never>("r"), annotate)
          const node = yield* Effect.withFiber((fiber) => Effect.succeed(currentNode(fiber)))
          return [yield* References.CurrentLogAnnotations, node] as const
        })
      )
      expect(exit).toEqual([{ url: "x" }, undefined])
    })
  )

  it.effect("spans and log annotations of the caller are the body's", () =>
    Effect.gen(function* () {
      const look = Effect.gen(function* () {
        return [(yield* Effect.currentSpan).name, yield* References.CurrentLogAnnotations] as const
      }).pipe(Effect.orDie)
      const exit = yield* run(new Region("r"), look).pipe(Effect.annotateLogs("a", 1), Effect.withSpan("outer"))
      expect(exit).toEqual(Exit.succeed(["outer", { a: 1 }]))
    })
  )

  it.live("AsyncLocalStorage in the body is that of the caller, also past the depth that fits on one stack", () =>
    Effect.gen(function* () {
      const storage = new AsyncLocalStorage<string>()
      const seen: Array<string | undefined> = []
      const look = Effect.sync(() => void seen.push(storage.getStore()))
      let body: Effect.Effect<unknown> = Effect.andThen(look, Effect.andThen(Effect.yieldNow, look))
      for (let depth = 0; depth < 100; depth++) {
        const inner = body
        body = run(
          new Region("r"),
          Effect.suspend(() => inner)
        )
      }
      const fiber = storage.run("caller", () => Effect.runFork(Effect.andThen(body, look)))
      yield* Fiber.join(fiber)
      expect(seen).toEqual(["caller", "caller", "caller"])
    })
  )
})
