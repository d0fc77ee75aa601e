import { observer } from "@ferrule/runtime"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TaskGroup } from "ferrule"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { programs } from "../src/cli/programs.ts"
import { layer } from "../src/layer.ts"

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ferrule-"))
  process.env["FERRULE_INSPECT_FOLDER"] = folder
})
afterEach(() => {
  delete process.env["FERRULE_INSPECT_FOLDER"]
  rmSync(folder, { recursive: true })
})

class Jobs extends Context.Service<Jobs, { readonly names: Effect.Effect<ReadonlyArray<string>> }>()("Jobs") {}

const names = Effect.gen(function* () {
  const found = yield* programs(process.pid)
  return found.flatMap(({ snapshot }) => snapshot.nodes.map(({ name }) => name))
})

/** A service that lives for as long as its layer, with a group of its own. */
const jobs = Layer.effect(
  Jobs,
  Effect.gen(function* () {
    yield* Effect.forkScoped(
      TaskGroup.run("jobs", function* (group) {
        yield* group.spawn(Effect.never, "mail")
        return yield* Effect.never
      })
    )
    yield* Effect.yieldNow
    return { names: Effect.orDie(names) }
  })
)

const asked = Effect.flatMap(Jobs, (service) => service.names)

describe("the layer", () => {
  it("watches what layers run that it is provided to [S-301]", async () => {
    const app = Layer.provide(jobs, layer())
    expect(await Effect.runPromise(Effect.provide(asked, app))).toEqual(["jobs", "mail"])
  })

  it("may be provided twice, each sees what begins inside, and both leave nothing [S-306, S-331]", async () => {
    const before = process.listenerCount("SIGUSR2")
    const both = Effect.provide(asked, jobs.pipe(Layer.provide(layer()), Layer.provide(Layer.fresh(layer()))))
    const seen = await Effect.runPromise(both)
    expect(seen.toSorted()).toEqual(["jobs", "jobs", "mail", "mail"])
    expect(readdirSync(folder)).toEqual([])
    expect(process.listenerCount("SIGUSR2")).toBe(before)
  })

  it("leaves no socket and no listener where it cannot begin [S-322]", async () => {
    const before = process.listenerCount("SIGUSR2")
    const failing = Effect.provide(Effect.service(observer), layer({ port: 70_000 }))
    expect((await Effect.runPromise(Effect.flip(failing)))._tag).toBe("CannotListen")
    expect(readdirSync(folder)).toEqual([])
    expect(process.listenerCount("SIGUSR2")).toBe(before)
  })
})
