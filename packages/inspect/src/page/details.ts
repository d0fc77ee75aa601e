import { millisText, plain } from "../internal/plain.ts"
import type { Snapshot } from "../Snapshot.ts"
import type { Life } from "./History.ts"
import { stateOf } from "./TreeView.ts"

type Fact = readonly [term: string, ...told: ReadonlyArray<string>]

const cancelFacts = (life: Life): ReadonlyArray<Fact> => {
  const cancel = life.info?.cancel
  if (cancel === undefined) return life.cancelled === undefined ? [] : [["cancelled", life.cancelled.because]]
  return [
    ["cancelled", `${cancel.because}, ${millisText(cancel.ago)} ago`],
    ["asked of", cancel.scope],
    ["by way of", cancel.path.join(" › ")],
    ...(cancel.askedBy === undefined ? [] : [["asked by", cancel.askedBy] as const])
  ]
}

/** What is known of a node, as terms and what they say. */
const factsOf = (life: Life, snapshot: Snapshot, now: number): ReadonlyArray<Fact> => {
  const { info } = life
  const resources = snapshot.resources.filter((resource) => resource.owner === life.id)
  return [
    ["number", String(life.id)],
    ["state", stateOf(life)],
    ["age", millisText((life.to ?? now) - life.from)],
    ...(info?.deadlineLeft === undefined ? [] : [["deadline", `in ${millisText(info.deadlineLeft)}`] as const]),
    ...(info?.shielded === true ? [["shielded", "outer cancels do not reach it"] as const] : []),
    ...(info?.waitsFor === undefined
      ? []
      : [["waits for", `${info.waitsFor.on}, since ${millisText(info.waitsFor.for)}`] as const]),
    ...cancelFacts(life),
    ...(resources.length === 0
      ? []
      : ([
          [
            "has",
            ...resources.map(({ kind, name, state }) => {
              const how = Object.entries(state).map(([word, value]) => `${word} ${value}`)
              return `${kind} "${name}"${how.length === 0 ? "" : `: ${how.join(", ")}`}`
            })
          ]
        ] as const))
  ]
}

/** Shows them. Names come from the program, so they are only ever text. */
export const showDetails = (into: HTMLElement, life: Life, snapshot: Snapshot, now: number): void => {
  const title = document.createElement("h2")
  title.textContent = `${life.kind} ${plain(life.name)}`
  const list = document.createElement("dl")
  for (const [term, ...told] of factsOf(life, snapshot, now)) {
    const name = document.createElement("dt")
    name.textContent = term
    list.append(name)
    for (const text of told) {
      const fact = document.createElement("dd")
      fact.textContent = plain(text, 1000)
      list.append(fact)
    }
  }
  into.replaceChildren(title, list)
}
