import { Effect } from "effect"
import { claim } from "../claim.ts"
import type { Misordered } from "../Planted.ts"
import { together } from "../together.ts"

interface Service {
  url: string | undefined
}

const program = (isEarly: boolean) => () =>
  Effect.suspend(() => {
    const registry = new Map<string, Service>()
    const seen: Array<string | undefined> = []
    const service: Service = { url: undefined }
    const publish = Effect.sync(() => void registry.set("mail", service))
    const initialise = Effect.sync(() => void (service.url = "smtp://localhost"))
    const starts = isEarly ? Effect.andThen(publish, initialise) : Effect.andThen(initialise, publish)
    const uses = Effect.flatMap(
      Effect.sync(() => registry.get("mail")),
      (found) => (found === undefined ? Effect.void : Effect.sync(() => void seen.push(found.url)))
    )
    return Effect.andThen(
      together(starts, uses),
      claim(() => !seen.includes(undefined), "used before it was ready")
    )
  })

export const publishedEarly: Misordered = {
  _tag: "Misordered",
  name: "published before it is ready",
  story: "a service is in the registry before it has been initialised, and somebody uses it",
  failure: "used before it was ready",
  strategy: "random",
  within: 100,
  broken: program(true),
  mended: program(false)
}
