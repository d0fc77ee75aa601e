import { leftOut, smallForms } from "./programs.ts"
import type { CancelledVerdict } from "./runCancelled.ts"

const row = (id: string, ...cells: ReadonlyArray<string>) =>
  `  ${id.padEnd(34)}${cells.map((cell) => cell.padStart(9)).join("")}`

const remarkOn = ({ id, points, runs }: CancelledVerdict): string => {
  const remarks = [
    ...(runs < points ? [`of ${points} points, evenly spaced`] : []),
    ...(smallForms[id] === undefined ? [] : [smallForms[id]])
  ]
  return remarks.length === 0 ? "" : `  ${remarks.join("; ")}`
}

/** What was cancelled, how often, and what broke; and what was not run, and why. */
export const cancelledTable = (
  verdicts: ReadonlyArray<CancelledVerdict>,
  shownLeftOut: ReadonlyArray<string>
): string => {
  const failed = verdicts.filter(({ failure }) => failure !== undefined)
  const runs = verdicts.reduce((sum, verdict) => sum + verdict.runs, 0)
  return [
    row("cancelled at every step", "steps", "runs", "failures"),
    ...verdicts.map(
      (verdict) =>
        row(verdict.id, String(verdict.steps), String(verdict.runs), verdict.failure === undefined ? "0" : "1") +
        remarkOn(verdict)
    ),
    row(`all ${verdicts.length}`, "", String(runs), String(failed.length)),
    ...shownLeftOut.map((id) => `  ${id} is not run: ${leftOut[id]}`),
    ...failed.flatMap(({ failure, id }) => ["", `${id} failed`, `  ${failure!.replaceAll("\n", "\n  ")}`])
  ].join("\n")
}
