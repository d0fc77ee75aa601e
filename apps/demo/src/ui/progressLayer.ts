import { Effect, Layer } from "effect"
import { createLogUpdate } from "log-update"
import { Progress } from "../cli/Demo.ts"

const millisPerFrame = 80

/** Draws the status in place and writes the lines above it; the status is gone when the demo ends. */
const onTerminal = (stream: NodeJS.WriteStream) =>
  Layer.effect(
    Progress,
    Effect.gen(function* () {
      const draw = createLogUpdate(stream, { showCursor: true })
      let status = ""
      let drawnAt = 0
      yield* Effect.addFinalizer(() => Effect.sync(() => draw.clear()))
      return Progress.of({
        line: (text) =>
          Effect.sync(() => {
            draw.clear()
            stream.write(`${text}\n`)
            if (status !== "") draw(status)
          }),
        status: (text) =>
          Effect.clockWith((clock) =>
            Effect.sync(() => {
              status = text
              if (text === "") return draw.clear()
              const now = clock.currentTimeMillisUnsafe()
              if (now - drawnAt < millisPerFrame) return
              drawnAt = now
              draw(text)
            })
          )
      })
    })
  )

const inPlainLines = (stream: NodeJS.WriteStream) =>
  Layer.succeed(
    Progress,
    Progress.of({
      line: (text) => Effect.sync(() => void stream.write(`${text}\n`)),
      status: () => Effect.void
    })
  )

/** The demos' `Progress` on stdout or stderr: live on a terminal, plain lines elsewhere. */
export const progressLayer = (options: { readonly stream: "stdout" | "stderr" }) => {
  const stream = process[options.stream]
  return stream.isTTY ? onTerminal(stream) : inPlainLines(stream)
}
