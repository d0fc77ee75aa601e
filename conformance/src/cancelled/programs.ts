/** What is cancelled at every step: the scenarios that issue 5 names, and the whole programs of the docs. */
import { cancellable } from "@ferrule/docs"
import { Effect } from "effect"
import { scenarioIds } from "../scenarioIds.ts"
import { scenarios } from "../scenarios.ts"
import type { Cancellable } from "./runCancelled.ts"

/** CS, TO, XK, XC, XT, CH-13 … CH-24, TG-04 … TG-09, TG-22 and TG-30. */
const isListed = (id: string): boolean => /^((CS|TO|XK|XC|XT)-\d+|CH-(1[3-9]|2[0-4])|TG-(0[4-9]|22|30))$/.test(id)

export const listedIds: ReadonlyArray<string> = scenarioIds.filter(isListed)

/** Those that are not run, and why. */
export const leftOut: Readonly<Record<string, string>> = {
  "TO-18": "about the real clock: on virtual time a loop that only yields is a livelock",
  "TO-20": "about the platform's timers; its virtual half are two runs of VirtualClock, each a world of its own"
}

/** Those that are run with smaller numbers than the scenario has (`t.size`), and the numbers. */
export const smallForms: Readonly<Record<string, string>> = {
  "CS-23": "7 scopes for 100",
  "XC-10": "3 cancels for 100 of each seed, on a scheduler that gives way before any operation"
}

/** A fiber that is held up before the cancel comes has waited, and this makes a difference to some. */
const orElse: Readonly<Record<string, RegExp>> = {
  // A body with a budget of 0 that waits, however briefly, is late.
  "TO-06": /DeadlineExceeded', deadline: 0/
}

const ofScenarios = scenarios
  .filter(({ id }) => isListed(id) && leftOut[id] === undefined)
  .map(({ id, program }): Cancellable => ({
    id,
    orElse: orElse[id],
    // Sound: what a scenario requires it has provided, but for the resource scope of the run.
    program: (trial) => Effect.gen(() => program(trial)) as Effect.Effect<void, unknown>
  }))

const ofDocs = Object.entries(cancellable).map(([id, program]): Cancellable => ({ id, program }))

export const programs: ReadonlyArray<Cancellable> = [...ofScenarios, ...ofDocs]
