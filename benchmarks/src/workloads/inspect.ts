import type { Peer, Workload } from "../Workload.ts"
import { spawnSuspending } from "./spawnSuspending.ts"
import { spawnTrivial } from "./spawnTrivial.ts"

/** The spawn workloads as they are, with the inspector's package loaded, and under an inspector. */
const inspected = (of: Workload, name: string, title: string): Workload => {
  // Sound: both have them.
  const [plain, effect, promise] = ["ferrule", "effect", "promise"].map((peer) => of.peers[peer]) as [Peer, Peer, Peer]
  return {
    name,
    title,
    unit: "ns",
    size: of.size,
    quick: of.quick,
    samples: 15,
    // A sample of some tenths of a second: what is to be seen is a few hundredths.
    atLeast: 3 * of.size,
    expected: of.expected,
    peers: {
      ferrule: async () => {
        const Inspect = await import("@ferrule/inspect")
        const { Effect } = await import("effect")
        const { Runtime } = await import("ferrule")
        Runtime.observeProcess(await Effect.runPromise(Inspect.make()))
        return plain()
      },
      "not installed": async () => {
        const Inspect = await import("@ferrule/inspect")
        const { Effect } = await import("effect")
        await Effect.runPromise(Inspect.make())
        return plain()
      },
      "without it": plain,
      effect,
      promise
    }
  }
}

export const inspectTrivial = inspected(spawnTrivial, "inspect-trivial", "15 under an inspector: spawn + join, trivial")

export const inspectSuspending = inspected(
  spawnSuspending,
  "inspect-suspending",
  "15b under an inspector: spawn + join, each task awaits one promise"
)
