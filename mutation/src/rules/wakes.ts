/**
 * Wakes skipped: whoever waits is not told, or what was to go on later does not.
 *
 * A call of one of the names below, by itself (a statement, `void call`, what a function gives, an arm of `? :` that is
 * one of these), is dropped. On `Effect`, `Exit` and `Cause` these names mean something else, and without an object
 * before it only those do that `plain` holds.
 */
import { dropped, nothing } from "../dropping.ts"
import type { Rule } from "../Site.ts"
import { at, calledName, calledOn, type Node } from "../syntax.ts"

/** Functions as well as methods, by what they do. */
const plain = {
  "a fiber or a promise goes on": ["resume", "resolve", "reject"],
  "a fiber is told of a cancel": [
    "tell",
    "tellFirst",
    "tellParent",
    "passOn",
    "cancelNode",
    "cancelNodeNow",
    "cancelBelow"
  ],
  "the event loop is asked": ["queueMicrotask", "nextTurn", "arm", "fire"]
}

const methods = {
  "the wake queue": ["enqueue", "enqueueNextTurn", "nestedOrLater", "schedule", "scheduleTask", "whenUnnested"],
  "the wake queue gives": ["drain", "flush", "wake", "settle"],
  "a waiter is given something": ["give", "giveAll", "grant", "granted", "handOver", "ring", "whenEnded"],
  "a wait ends": ["end", "fail", "never", "closeSlot", "atEnd", "endPlace", "onEnd", "addObserver"],
  "a place in a line is served": ["serve", "serveTaker", "serveGiver", "hand", "handTo", "letIn", "letInOne"],
  "one in line hears of it": ["accepted", "refused", "published", "admit", "admitNext", "turnAway", "notify", "skip"],
  "others hear of it": ["received", "arrived", "changed", "hear", "publish", "onRoom", "onAbandoned", "whenReturned"],
  "a gate": ["openGates", "awaitRoom", "shut", "unblock"],
  "an end shows itself": ["endIfEmpty", "endIfEnded", "endIfClosed", "closeAllSenders"],
  "a fiber is told of a cancel": ["deliver", "interruptUnsafe"],
  "a timer": ["armSoon"]
}

const functions: ReadonlySet<string> = new Set(Object.values(plain).flat())
const names = new Map([...functions, ...Object.values(methods).flat()].map((name) => [name, nothing]))

const isWake = (call: Node): boolean => {
  if (at(call, "callee")?.type === "Identifier") return functions.has(calledName(call)!)
  // The `tell` of a method tells a hook or an observer: nobody waits for that.
  return calledName(call) !== "tell" && !/^(Effect|Exit|Cause)$/.test(calledOn(call) ?? "")
}

export const wakes: Rule = { name: "wakes", find: (module) => dropped(module, names, isWake) }
