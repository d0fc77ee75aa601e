import * as Effect from "effect/Effect"
import { plain } from "../internal/plain.ts"
import type { NodeInfo, Snapshot } from "../Snapshot.ts"
import { askSnapshot } from "./ask.ts"
import type { CannotAsk } from "./CannotAsk.ts"
import type { Program } from "./programs.ts"
import { headline, nodeTable } from "./ps.ts"

/** Who was cancelled longest ago first, then who has waited longest, then the oldest. */
const byUrgency = (a: NodeInfo, b: NodeInfo): number =>
  (b.cancel?.ago ?? -1) - (a.cancel?.ago ?? -1) || (b.waitsFor?.for ?? -1) - (a.waitsFor?.for ?? -1) || b.age - a.age

/** What fits on a screen of so many lines and columns. */
export const frame = (snapshot: Snapshot, lines: number, columns: number): ReadonlyArray<string> => {
  const tasks = snapshot.nodes.filter((node) => node.kind === "task").toSorted(byUrgency)
  const head = [headline(snapshot), ...snapshot.findings.slice(0, 5).map((finding) => `! ${plain(finding.text, 1000)}`)]
  const room = Math.max(1, lines - head.length - 3)
  const more = tasks.length > room ? [`… and ${(tasks.length - room).toLocaleString("en")} more`] : []
  return [...head, "", ...nodeTable(tasks.slice(0, room)), ...more].map((line) => line.slice(0, columns))
}

const escape = "\u001b["
const begin = `${escape}?1049h${escape}?25l`
const end = `${escape}?25h${escape}?1049l`

/** In raw mode these are keys like others. */
const ctrlC = "\u0003"
const ctrlD = "\u0004"

/** Ends when `q` or Ctrl-C is typed, or the other side of a pipe is gone. */
const untilQuit: Effect.Effect<void> = Effect.callback((resume) => {
  const { stdin } = process
  if (!stdin.isTTY) return
  const typed = (keys: Buffer): void => {
    if (["q", "Q", ctrlC, ctrlD].some((key) => keys.includes(key))) resume(Effect.void)
  }
  stdin.setRawMode(true).resume().on("data", typed)
  return Effect.sync(() => {
    stdin.off("data", typed).setRawMode(false).pause()
  })
})

const draw = (snapshot: Snapshot): void => {
  const { columns, rows } = process.stdout
  const lines = frame(snapshot, rows, columns).map((line) => `${line}${escape}K`)
  process.stdout.write(`${escape}H${lines.join("\r\n")}${escape}J`)
}

/** Shows the tasks of a program again and again. Where nobody can see it change, once. */
export const top = ({ address, snapshot }: Program, every: number): Effect.Effect<void, CannotAsk> => {
  if (!process.stdout.isTTY) return Effect.sync(() => console.log(frame(snapshot, 40, Infinity).join("\n")))
  const again = Effect.andThen(Effect.map(askSnapshot(address), draw), Effect.sleep(every)).pipe(Effect.forever)
  return Effect.acquireUseRelease(
    Effect.sync(() => void process.stdout.write(begin)),
    () => Effect.raceFirst(again, untilQuit),
    () => Effect.sync(() => void process.stdout.write(end))
  )
}
