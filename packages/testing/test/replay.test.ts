import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect, it } from "@effect/vitest"
import { Cause, Clock, Effect, Exit, Fiber, Option } from "effect"
import { describe } from "vitest"
import { explore, type Program, replay } from "../src/index.ts"
import { planted } from "./support/planted.ts"

const tokenFor = <A, E>(program: Program<A, E>, seed = 0) =>
  Effect.map(Effect.flip(explore(program, { seed })), (error) => {
    expect(error._tag).toBe("FailingSchedule")
    return error._tag === "FailingSchedule" ? error.token : ""
  })

const nameOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "_tag" in error ? error._tag : error

const failure = <A, E>(program: Program<A, E>, token: string) =>
  Effect.map(Effect.flip(Effect.sandbox(replay(program, token))), (cause) => nameOf(Cause.squash(cause)))

describe("a token", () => {
  for (const { name, broken, mended, failure: expected } of planted) {
    it.live(`repeats ${name}, three times of three [S-217]`, () =>
      Effect.gen(function* () {
        for (const seed of [0, 1, 2, 3]) {
          const token = yield* tokenFor(broken, seed)
          for (let time = 0; time < 3; time++) expect(yield* failure(broken, token)).toBe(expected)
        }
      })
    )

    it.live(`for ${name} does not repeat it in the program that was mended [S-218]`, () =>
      Effect.gen(function* () {
        const exit = yield* Effect.exit(replay(mended, yield* tokenFor(broken)))
        // Where there was the same to choose from, it fits, and the program goes well.
        if (Exit.isFailure(exit)) expect(nameOf(Cause.squash(exit.cause))).toBe("StaleToken")
        else expect(name).toBe("locks in two orders")
      })
    )
  }

  it.live("repeats the fault in another process [S-217]", () =>
    Effect.gen(function* () {
      const script = fileURLToPath(new URL("support/replayPlanted.ts", import.meta.url))
      const tokens = yield* Effect.forEach(planted, ({ broken }) => tokenFor(broken))
      const { stdout } = yield* Effect.promise(() => promisify(execFile)(process.execPath, [script, ...tokens]))
      expect(stdout.trim().split("\n")).toEqual(planted.map(({ failure }) => failure))
    })
  )

  it.live("repeats what comes of a sleep, though it is replayed in a fiber [S-217]", () =>
    Effect.gen(function* () {
      const program = Effect.suspend(() => {
        let open = 0
        const connect = Effect.andThen(
          Effect.sleep(1),
          Effect.sync(() => void open++)
        )
        return Effect.timeoutOption(connect, 1).pipe(
          Effect.flatMap((got) => (Option.isNone(got) && open > 0 ? Effect.fail("left open") : Effect.void))
        )
      })
      expect(yield* failure(program, yield* tokenFor(program))).toBe("left open")
    })
  )

  it.live("is short: a few letters for each choice [S-217]", () =>
    Effect.gen(function* () {
      for (const { broken } of planted) expect((yield* tokenFor(broken)).length).toBeLessThan(20)
    })
  )

  it.live("repeats what every fiber did, in its order [S-217]", () =>
    Effect.gen(function* () {
      let log: Array<string> = []
      const note = (text: string) => Effect.sync(() => void log.push(text))
      const program = Effect.gen(function* () {
        log = []
        const steps = (name: string) =>
          Effect.andThen(note(`${name}1`), Effect.andThen(Effect.sleep(1), note(`${name}2`)))
        const fibers = yield* Effect.forEach(["a", "b", "c"], (name) => Effect.forkChild(steps(name)))
        yield* Effect.forEach(fibers, Fiber.join)
        if (log.indexOf("c1") < log.indexOf("b1") && log.indexOf("a2") > log.indexOf("b2"))
          return yield* Effect.fail("order")
      })
      const token = yield* tokenFor(program)
      yield* failure(program, token)
      const first = [...log]
      expect(first).toHaveLength(6)
      yield* failure(program, token)
      expect(log).toEqual(first)
    })
  )
})

describe("replay", () => {
  it.live("gives the value of a program that does not fail, on virtual time [S-217]", () =>
    Effect.gen(function* () {
      const program = Effect.andThen(Effect.sleep("1 day"), Clock.currentTimeMillis)
      // The token of a schedule without choices, of a program of the same shape.
      const token = yield* tokenFor(Effect.andThen(program, (now) => Effect.fail(now)))
      expect(yield* replay(program, token)).toBe(86_400_000)
    })
  )

  it.live("refuses what is no token [S-218]", () =>
    Effect.gen(function* () {
      for (const text of ["", "s1", "s2-1-abc", "s1-0-abc", "s1-1.-abc", "s1-1.0-abc", "s1-1.2.3-abc", "s1-é-abc"]) {
        expect(yield* failure(Effect.void, text)).toBe("StaleToken")
      }
    })
  )

  it.live("reports what escapes control [S-215]", () =>
    Effect.gen(function* () {
      const token = yield* tokenFor(Effect.fail("no choices"))
      expect(
        yield* failure(
          Effect.promise(() => Promise.resolve(1)),
          token
        )
      ).toBe("Escaped")
    })
  )
})
