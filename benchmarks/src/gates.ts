/** The gates, as data: areas and limits are those of the specification's gate table. */
import type { Figure, Gate } from "./Gate.ts"

const against = (workload: string, to: string): Figure => ({ _tag: "Ratio", workload, to })

const gate = (area: string, variant: string, figure: Figure, limit: number): Gate => ({
  area,
  variant,
  figure,
  gate: limit
})

/** By turns, so that what disturbs the machine for a while disturbs both. */
const pairs = (workload: string, peer: string, to: string): Figure => ({ _tag: "Pairs", workload, peer, to })

const growth = (workload: string, small: number, large: number): Figure => ({ _tag: "Growth", workload, small, large })

const seconds = (workload: string, peer: string): Figure => ({ _tag: "Value", workload, peer, perSample: true })

const value = (workload: string, peer: string): Figure => ({ _tag: "Value", workload, peer })

/** By the clock, or beside raw promises: the better of the two counts. */
const skynetTime = (limit: number): Figure => ({
  _tag: "LeastOf",
  of: [
    { figure: seconds("skynet", "ferrule"), limit },
    { figure: against("skynet", "promise"), limit: 2.5 }
  ]
})

/** A package's own code in kB, and the time of its import beside that of the modules of Effect that it needs. */
const coldStart = (name: string, size: number): ReadonlyArray<Gate> => [
  gate("cold start", `${name}, own kB`, value("cold-start-own", name), size),
  gate("cold start", `import ${name}`, against(`cold-start-import @ferrule/${name}`, "effect"), 1.15)
]

/** The most memory that the process ever had. */
const peak = (workload: string): Gate =>
  gate("memory under load", `${workload}, MB`, value(`${workload}-memory`, "ferrule"), 200)

/** How often all of the heap is searched, per million messages. */
const markCompacts = (workload: string, limit: number): Gate =>
  gate("memory under load", `${workload}, mark-compacts`, value(`${workload}-mark-compacts`, "ferrule"), limit)

const channelWorkloads = [
  "rendezvous",
  "buffered-1",
  "buffered-16",
  "buffered-1024",
  "buffered-unbounded",
  "fan-in",
  "fan-out",
  "select",
  "broadcast",
  "sieve"
]

/** What has to hold. */
export const gates: ReadonlyArray<Gate> = [
  gate("spawn + join", "trivial", against("spawn-trivial", "effect"), 0.6),
  gate("spawn + join", "suspending", against("spawn-suspending", "effect"), 0.95),
  gate("groups", "sequential", against("groups-sequential", "effect"), 0.5),
  gate("groups", "nested", against("groups-nested", "effect"), 0.6),
  gate("skynet 10^6", "1.5 s, or 2.5 times raw promises", skynetTime(1.5), 1),
  gate("skynet 10^6", "peak memory in MB", value("skynet-memory", "ferrule"), 400),
  gate("cancel 100k sleepers", "", against("sleepers-cancel", "effect"), 1.1),
  gate("cancel 100k sleepers", "against asyncio", against("sleepers-cancel", "asyncio"), 1 / 8),
  gate("cancel 100k sleepers", "against Trio", against("sleepers-cancel", "trio"), 1 / 8),
  gate("depth 1,000 cancel", "", against("depth-cancel", "effect"), 1.25),
  gate("depth 1,000 cancel", "10,000 levels by 1,000", growth("depth-cancel", 1000, 10_000), 11),
  gate("depth 1,000 cancel", "100,000 levels die", { _tag: "Deaths", workload: "depth-cancel", size: 100_000 }, 0),
  gate("timeout", "idle", against("timeout-idle", "effect"), 0.45),
  gate("timeout", "firing", against("timeout-firing", "effect"), 0.4),
  gate("timeout", "10 nested", against("timeout-nested", "effect"), 0.45),
  gate("rendezvous round trip", "", against("rendezvous", "effect"), 0.5),
  gate("rendezvous round trip", "against ts-chan", against("rendezvous", "ts-chan"), 1 / 1.5),
  gate("buffered", "1", against("buffered-1", "effect"), 0.6),
  gate("buffered", "1, against asyncio", against("buffered-1", "asyncio"), 1),
  gate("buffered", "16", against("buffered-16", "effect"), 0.5),
  gate("buffered", "16, against asyncio", against("buffered-16", "asyncio"), 1),
  gate("buffered", "1024", against("buffered-1024", "effect"), 0.55),
  gate("buffered", "1024, against asyncio", against("buffered-1024", "asyncio"), 1),
  gate("buffered", "unbounded", against("buffered-unbounded", "effect"), 0.75),
  gate("buffered", "unbounded, against asyncio", against("buffered-unbounded", "asyncio"), 1),
  gate("fan-in", "", against("fan-in", "effect"), 0.5),
  gate("fan-out", "", against("fan-out", "effect"), 0.5),
  gate("select over 8", "", against("select", "effect"), 0.08),
  gate("select over 8", "against ts-chan unsafe", against("select", "ts-chan unsafe"), 1),
  gate("broadcast", "", against("broadcast", "effect"), 0.4),
  gate("map at limit 64", "", against("map-limit", "effect"), 1),
  gate("map at limit 64", "against p-limit", against("map-limit", "p-limit"), 1 / 3),
  gate("prime sieve", "", against("sieve", "effect"), 0.6),
  gate("idle heap per task", "", against("idle-heap", "effect"), 1.15),
  // Fewer than three: a gate is passed at its limit.
  ...channelWorkloads.flatMap((workload) => [peak(workload), markCompacts(workload, 2.99)]),
  // In ns per schedule: 20,000 of them in a second.
  gate("explore: two fibers", "", value("explore-two-fibers", "ferrule"), 50_000),
  gate("inspector", "not installed, trivial", pairs("inspect-trivial", "not installed", "without it"), 1.03),
  gate("inspector", "not installed, suspending", pairs("inspect-suspending", "not installed", "without it"), 1.03),
  gate("inspector", "trivial", pairs("inspect-trivial", "ferrule", "without it"), 1.1),
  gate("inspector", "suspending", pairs("inspect-suspending", "ferrule", "without it"), 1.1),
  ...coldStart("runtime", 4),
  ...coldStart("cancel-scope", 4),
  ...coldStart("timeout", 4),
  ...coldStart("task-group", 6),
  ...coldStart("channel", 6),
  ...coldStart("sync", 4),
  ...coldStart("limit", 4),
  gate("cold start", "app with a task, a timeout and a channel, kB", value("cold-start-app", "ferrule"), 20)
]

/** What would be better still. Nothing fails when it is not reached. */
export const stretches: ReadonlyArray<Gate> = [
  gate("spawn + join", "trivial, against forEach", against("spawn-trivial", "effect forEach"), 2),
  gate("spawn + join", "suspending", against("spawn-suspending", "effect"), 0.75),
  gate("groups", "sequential, against forEach", against("groups-sequential", "effect forEach"), 2),
  gate("groups", "nested, against forEach", against("groups-nested", "effect forEach"), 2),
  gate("skynet 10^6", "seconds", seconds("skynet", "ferrule"), 0.7),
  gate("cancel 100k sleepers", "spawning them included", against("sleepers-cancel-whole", "effect"), 1.1),
  gate("depth 1,000 cancel", "", against("depth-cancel", "effect"), 1),
  gate("depth 1,000 cancel", "going in included", against("depth-cancel-whole", "effect"), 1),
  gate(
    "depth 1,000 cancel",
    "10,000 levels by 1,000, going in included",
    growth("depth-cancel-whole", 1000, 10_000),
    11
  ),
  gate("timeout", "idle", against("timeout-idle", "effect"), 0.3),
  gate("timeout", "firing, against raw promises", against("timeout-firing", "promise"), 1),
  gate("timeout", "10 nested", against("timeout-nested", "effect"), 0.15),
  gate("rendezvous round trip", "", against("rendezvous", "effect"), 0.3),
  gate("buffered", "1, against ts-chan unsafe", against("buffered-1", "ts-chan unsafe"), 1),
  gate("buffered", "16, against ts-chan unsafe", against("buffered-16", "ts-chan unsafe"), 1),
  gate("buffered", "1024, against ts-chan unsafe", against("buffered-1024", "ts-chan unsafe"), 1),
  gate("fan-in", "against ts-chan unsafe", against("fan-in", "ts-chan unsafe"), 1),
  gate("fan-out", "against ts-chan unsafe", against("fan-out", "ts-chan unsafe"), 1),
  gate("select over 8", "against Go", against("select", "go"), 2),
  gate("broadcast", "against @thi.ng/csp", against("broadcast", "@thi.ng/csp"), 2),
  gate("map at limit 64", "against p-map", against("map-limit", "p-map"), 1.2),
  gate("prime sieve", "against Go", against("sieve", "go"), 2),
  gate("idle heap per task", "under a deadline, in bytes", value("idle-heap-deadline", "ferrule"), 2200),
  ...channelWorkloads.map((workload) => markCompacts(workload, 0)),
  gate("cold start", "app with a task, a timeout and a channel, kB", value("cold-start-app", "ferrule"), 18)
]
