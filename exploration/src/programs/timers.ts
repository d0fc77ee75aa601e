import { Effect, Exit, Stream } from "effect"
import { Timeout } from "ferrule"
import { type Program, program } from "../Program.ts"
import { isLate, timed } from "../ended.ts"

export const timerPrograms: ReadonlyArray<Program> = [
  program("heartbeat and extend keep a body alive; one that is late is not revived", ["S-32"], function* (see) {
    const { exit, took } = yield* timed(
      Timeout.withTimer(10, (timer) =>
        Effect.all(
          [
            Effect.delay(timer.heartbeat, 5),
            Effect.delay(timer.extend(3), 5),
            Effect.onInterrupt(Effect.never, () => Effect.andThen(timer.extend("1 hour"), timer.heartbeat))
          ],
          { concurrency: 3 }
        )
      )
    )
    see.equal(isLate(exit), true, "it ends late")
    see.oneOf(took, [15, 18], "the heartbeat, and the extension before or after it")
  }),

  program("a heartbeat of the instant of the deadline is in time", ["S-32", "S-93"], function* (see) {
    const { exit, took } = yield* timed(
      Timeout.withTimer(5, (timer) =>
        Effect.andThen(Effect.sleep(5), Effect.andThen(timer.heartbeat, Effect.as(Effect.sleep(5), "v")))
      )
    )
    see.equal([exit, took], [Exit.succeed("v"), 10], "it goes on")
  }),

  program("idle counts while somebody waits for the stream, never the consumer's time", ["S-33"], function* (see) {
    const source = Stream.fromIterable([1, 2]).pipe(
      Stream.rechunk(1),
      Stream.tap(() => Effect.sleep(5))
    )
    const consume = (limit: number) =>
      Effect.exit(Stream.runForEach(source.pipe(Timeout.idle(limit)), () => Effect.sleep(50)))
    const [slow, quick] = yield* Effect.all([consume(4), consume(6)], { concurrency: 2 })
    see.equal([isLate(slow), Exit.isSuccess(quick)], [true, true], "only the stream's own time")
  })
]
