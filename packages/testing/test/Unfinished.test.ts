import { createServer } from "node:net"
import { expect, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { Unfinished, VirtualClock } from "../src/index.ts"

const unfinishedOf = <A, E>(program: Effect.Effect<A, E>, options: VirtualClock.Options) =>
  Effect.map(Effect.flip(VirtualClock.run(program, options)), (error) => {
    expect(error).toBeInstanceOf(Unfinished)
    return error as Unfinished
  })

it.live("a program whose time goes on for ever is given up when its real time is used up [S-97]", () =>
  Effect.gen(function* () {
    const late = yield* unfinishedOf(Effect.forever(Effect.sleep(1)), { patience: "60 millis" })
    expect(late.at).toBeGreaterThan(0)
    expect(late).toMatchObject({ patience: 60, realWork: [], fibers: 1 })
    expect(late.message).toMatch(/^unfinished at \d+ ms: not over after 60 ms of real time \(1 fiber\)\. Let it end/)
  })
)

it.live("real work that never ends holds time back, and is named [S-97]", () =>
  Effect.gen(function* () {
    const listening = Effect.acquireRelease(
      Effect.callback<ReturnType<typeof createServer>>((resume) => {
        const server = createServer().listen(0, () => resume(Effect.succeed(server)))
      }),
      (server) => Effect.callback<void>((resume) => void server.close(() => resume(Effect.void)))
    )
    const program = Effect.scoped(Effect.andThen(listening, Effect.sleep(10)))
    const late = yield* unfinishedOf(program, { patience: 100 })
    expect(late).toMatchObject({ at: 0, realWork: ["TCPServerWrap"] })
    expect(late.message).toContain("Virtual time waits for real work: TCPServerWrap. Replace that by a fake")
  })
)

it.live("a real timer that is over in time delays nothing but the report", () =>
  Effect.gen(function* () {
    const real = Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 20, "done")))
    const { exit, at } = yield* VirtualClock.observe(Effect.tap(real, Effect.sleep("1 hour")))
    expect({ exit, at }).toEqual({ exit: Exit.succeed("done"), at: 3_600_000 })
  })
)

it.live("patience that is no duration is a defect that names it", () =>
  Effect.gen(function* () {
    const exit = yield* Effect.exit(VirtualClock.run(Effect.void, { patience: NaN }))
    expect(String(Exit.isFailure(exit) && exit.cause)).toContain('patience is "NaN", which is no duration')
  })
)
