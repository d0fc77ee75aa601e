/**
 * The rules of docs/semantics.md that no program claims, each with the reason why schedules do not matter for it, or why
 * an exploration cannot see them.
 */
import type { Rule } from "./Program.ts"

const ofTesting = "about @ferrule/testing, which is what explores: its own tests hold it against planted faults"
const ofInspect = "about what @ferrule/inspect shows and how it is asked, not about who is served next"
const foreign =
  "promises, events and timers of the platform are outside of what a schedule decides: explore refuses them"

/** Sections whose rules are all of one kind. */
export const unscheduledSections: Readonly<Record<string, string>> = {
  "Virtual time": ofTesting,
  "Tests for vitest": ofTesting,
  "Cancelled everywhere": ofTesting,
  "Exploring schedules": ofTesting,
  "Floating rejections": foreign,
  "A look into a running program": ofInspect,
  "The inspector, from outside": ofInspect
}

export const unscheduledRules: Readonly<Partial<Record<Rule, string>>> = {
  "S-22": "about the real clock and turns of the event loop, and explore runs on virtual time",
  "S-29": "about how a length is read, before anything is begun",
  "S-30": "about what is written in an error",
  "S-38": "about how a header is read, before anything is begun",
  "S-43":
    "rests on the order of the wake queue, first come, first served, which explore makes a choice: under it the second failure may find its fiber cancelled",
  "S-106": "about the timer of the platform, which virtual time has not",
  "S-107": "about what an error carries",
  "S-196": foreign,
  "S-197": foreign,
  "S-240": "about observers of the whole process: what they are told is told by the calls that S-104 explores",
  "S-243": "about the names and numbers of what is waited for, not about who waits",
  "S-280": "about what is kept in memory of those who have gone: there is nothing that a program could see",
  "S-281": "about what is kept in memory for keys that rest: there is nothing that a program could see",
  "S-283": "about what is kept in memory of an attempt that has ended",
  "S-300": "about what an observer is given, not about when",
  "S-340":
    "holds under Effect's own scheduler only: under another one, as explore's is, each operation is a step of its fiber"
}
