/**
 * What is inferred: no caller of a run writes an annotation. Checked, not run.
 */
import { Effect, Random, type Scope } from "effect"
import {
  type BrokenByCancel,
  cancelEverywhere,
  type CancelledEverywhere,
  type Deadlock,
  type Escaped,
  explore,
  type Explored,
  type FailingSchedule,
  leavesNothing,
  type LeftBehind,
  type Livelock,
  type Problem,
  replay,
  type StaleToken,
  type Unfinished,
  VirtualClock
} from "../src/index.ts"

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- equal, when no T can tell them apart
type Equals<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the constraint is what is checked
const holds = <_T extends true>(): void => {}

interface Service {
  readonly service: true
}

declare const program: Effect.Effect<"v", "e", Scope.Scope | Service>

holds<Equals<Problem, Deadlock | Livelock | Unfinished | LeftBehind>>()

// The scope is the run's own; what can be wrong comes to the errors.
const ran = VirtualClock.run(program)
holds<Equals<typeof ran, Effect.Effect<"v", "e" | Problem, Service>>>()
const observed = VirtualClock.observe(program, { seed: 1, patience: "1 second", start: new Date(0) })
holds<Equals<typeof observed, Effect.Effect<VirtualClock.Run<"v", "e">, never, Service>>>()

const checked = leavesNothing(program)
holds<Equals<typeof checked, Effect.Effect<"v", "e" | LeftBehind, Scope.Scope | Service>>>()
const number = leavesNothing(Random.next)
holds<Equals<typeof number, Effect.Effect<number, LeftBehind>>>()

// The world comes from `setUp`; what each of the three requires is required, but for the scope.
declare const world: Effect.Effect<{ readonly total: number }, "e", Scope.Scope>
const cancelled = cancelEverywhere(
  ({ total }) => Effect.as(program, total),
  ({ total }, exit) => exit._tag === "Failure" || exit.value === total,
  { setUp: world, seed: 1 }
)
holds<Equals<typeof cancelled, Effect.Effect<CancelledEverywhere, BrokenByCancel, Service>>>()
const withoutWorld = cancelEverywhere(
  () => Effect.void,
  () => program
)
holds<Equals<typeof withoutWorld, Effect.Effect<CancelledEverywhere, BrokenByCancel, Service>>>()

// An effect, or what makes one. What the program fails with stands in the schedule that fails.
const explored = explore(() => program, { strategy: "depthFirst", preemptions: 1 })
holds<Equals<typeof explored, Effect.Effect<Explored, FailingSchedule | Escaped, Service>>>()
const replayed = replay(program, "s1-1")
holds<Equals<typeof replayed, Effect.Effect<"v", "e" | Problem | StaleToken | Escaped, Service>>>()
