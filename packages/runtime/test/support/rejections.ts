/** Programs for `reportRejections.test.ts`, each in a process of its own. Usage: node rejections.ts NAME */
import { Effect, Fiber, Scope } from "effect"
import { failureHook, Region, type Report, reportRejections, runRegion } from "../../src/index.ts"

const say = (...words: ReadonlyArray<unknown>) => Effect.sync(() => console.log(...words))

const float = (what: unknown) => void Promise.reject(what)

const floats = (what: string) => Effect.sync(() => float(new Error(what)))

/** A named region of code, as a scope or a group is. */
const within = <A, E, R>(name: string, body: Effect.Effect<A, E, R>) =>
  runRegion(new Region<A, E>(name), body, (exit) => exit)

const told = ({ cause, kind, task }: Report) => {
  const [reason] = cause.reasons
  return `${kind} in ${task}: ${reason?._tag === "Die" && reason.defect instanceof Error ? reason.defect.message : "?"}`
}

/** Says what the hook is told, with the name of the hook. */
const hooked =
  (hook: string) =>
  <A, E, R>(self: Effect.Effect<A, E, R>) =>
    Effect.provideService(self, failureHook, (report) => say(`${hook}:`, told(report)))

const turns = Effect.sleep(20)

/** Runs `body` while somebody asks. */
const asking = <A, E, R>(body: Effect.Effect<A, E, R>) => Effect.scoped(Effect.andThen(reportRejections, body))

const listeners = () => process.listenerCount("unhandledRejection")

const reportedKey = Symbol.for("~ferrule/runtime/reportedRejections")

/** The listener of another copy of this library. */
const otherCopy = (reports: boolean) => {
  const reported = new WeakSet<object>()
  return Object.assign(
    (_reason: unknown, promise: object) => {
      if (reports) reported.add(promise)
    },
    { [reportedKey]: reported }
  )
}

/** Some turns of the event loop: Node tells of a rejection at the end of the turn. */
const someTurns = Effect.promise(
  () => new Promise<void>((resolve) => void setImmediate(() => setImmediate(() => setImmediate(resolve))))
)

/** A rejection that no fiber has set off. */
const outside = Effect.sync(() => {
  setImmediate(() => float(new Error("nobody's")))
}).pipe(Effect.andThen(someTurns), Effect.andThen(say("still here")))

const programs: Readonly<Record<string, () => Promise<unknown>>> = {
  reports: () => {
    const timer = Effect.sync(() => void setTimeout(() => float(new Error("timer")), 1))
    const later = Effect.andThen(Effect.sleep(2), floats("after a wait"))
    const nested = within("inner", floats("inner"))
    const asyncFunction = Effect.sync(() => {
      void (async () => {
        await Promise.resolve()
        throw new Error("async function")
      })()
    })
    const forked = Effect.flatMap(Effect.forkChild(floats("forked")), Fiber.join)
    const all = [floats("direct"), timer, later, nested, asyncFunction, forked]
    return Effect.runPromise(hooked("hook")(asking(within("outer", Effect.andThen(Effect.all(all), turns)))))
  },
  nobodys: () => Effect.runPromise(hooked("hook")(asking(outside))),
  "no error": () => {
    setTimeout(() => float("a text"), 5)
    return Effect.runPromise(asking(turns))
  },
  "ended ask": async () => {
    const gate = Promise.withResolvers<void>()
    const late = Effect.sync(() => void gate.promise.then(() => float(new Error("too late"))))
    await Effect.runPromise(hooked("hook")(asking(within("scope", late))))
    console.log("listeners", listeners())
    gate.resolve()
    await Effect.runPromise(Effect.andThen(someTurns, say("still here")))
  },
  "last moment": async () => {
    await Effect.runPromise(hooked("hook")(asking(within("scope", floats("last moment")))))
    console.log("listeners", listeners())
  },
  "slow hook": async () => {
    const slow = Effect.provideService(asking(within("scope", floats("slowly"))), failureHook, (report) =>
      Effect.andThen(turns, say(told(report)))
    )
    await Effect.runPromise(slow)
    console.log("ended")
  },
  "the program's own listener": () => {
    process.on("unhandledRejection", (reason) => console.log("own listener:", String(reason)))
    return Effect.runPromise(hooked("hook")(asking(Effect.andThen(within("scope", floats("ours")), outside))))
  },
  "two of nobody": () => {
    process.on("uncaughtException", (error) => console.log("uncaught:", error.message))
    setTimeout(() => {
      float(new Error("one"))
      float(new Error("two"))
    }, 2)
    return Effect.runPromise(asking(turns))
  },
  "two asks": () => {
    const inner = Effect.andThen(Effect.void, Effect.andThen(floats("inner"), turns))
    const body = Effect.gen(function* () {
      yield* within(
        "first",
        hooked("inner hook")(
          asking(
            Effect.andThen(
              Effect.sync(() => console.log("listeners", listeners())),
              inner
            )
          )
        )
      )
      console.log("listeners", listeners())
      yield* within("second", Effect.andThen(floats("second"), turns))
    })
    return Effect.runPromise(hooked("outer hook")(asking(body)))
  },
  "ask beside": () => {
    const asks = within("asks", hooked("hook")(asking(Effect.sleep(50))))
    const beside = Effect.andThen(Effect.sleep(5), within("beside", floats("beside")))
    return Effect.runPromise(Effect.all([asks, beside], { concurrency: 2 }))
  },
  "ask's own code": () =>
    Effect.runPromise(
      hooked("hook")(
        within(
          "scope",
          asking(Effect.andThen(floats("own"), Effect.andThen(turns, Effect.andThen(floats("own later"), turns))))
        )
      )
    ),
  "caller's code": () => {
    const ended = Effect.runPromise(hooked("hook")(within("scope", asking(turns))))
    float(new Error("the caller's"))
    return ended
  },
  "other copy reports": () => {
    process.on("unhandledRejection", otherCopy(true))
    return Effect.runPromise(asking(outside))
  },
  "other copy comes last": () =>
    Effect.runPromise(
      asking(
        Effect.andThen(
          Effect.sync(() => process.on("unhandledRejection", otherCopy(false))),
          outside
        )
      )
    ),
  "other copy comes first": () => {
    process.on("unhandledRejection", otherCopy(false))
    return Effect.runPromise(asking(outside))
  },
  "no Node": async () => {
    Object.defineProperty(process, "getBuiltinModule", { value: undefined })
    const scope = Scope.makeUnsafe()
    const exit = await Effect.runPromiseExit(Scope.provide(reportRejections, scope))
    console.log(JSON.stringify(exit._tag), String(exit))
  }
}

await programs[process.argv[2] ?? ""]?.()
