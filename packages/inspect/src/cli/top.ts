import * as Effect from "effect/Effect"
import { plain, shortened } from "../internal/plain.ts"
import type { NodeInfo, Snapshot } from "../Snapshot.ts"
import { askSnapshot } from "./ask.ts"
import type { CannotAsk } from "./CannotAsk.ts"
import type { Program } from "./programs.ts"
import { headline, nodeTable } from "./ps.ts"

/** Who was cancelled longest ago first, then who has waited longest, then the oldest. */
const byUrgency = (a: NodeInfo, b: NodeInfo): number =>
  (b.cancel?.ago ?? -1) - (a.cancel?.ago ?? -1) || (b.waitsFor?.for ?? -1) - (a.waitsFor?.for ?? -1) || b.age - a.age

/** What fits on a screen of so many lines and columns. Some terminals say that they have none. */
export const frame = (snapshot: Snapshot, rows: number, width: number): ReadonlyArray<string> => {
  const lines = rows || 24
  const columns = width || 80
  const tasks = snapshot.nodes.filter((node) => node.kind === "task").toSorted(byUrgency)
  const head = [headline(snapshot), ...snapshot.findings.slice(0, 5).map((finding) => `! ${plain(finding.text, 1000)}`)]
  const room = Math.max(1, lines - head.length - 3)
  const more = tasks.length > room ? [`… and ${(tasks.length - room).toLocaleString("en")} more`] : []
  return [...head, "", ...nodeTable(tasks.slice(0, room)), ...more]
    .slice(0, lines)
    .map((line) => shortened(line, columns))
}

const escape = "\u001b["
/** Another screen, no cursor, and what is too long for a line goes on nowhere: some characters are two columns wide. */
const begin = `${escape}?1049h${escape}?25l${escape}?7l`
const end = `${escape}?7h${escape}?25h${escape}?1049l`

/** In raw mode these are keys like others. */
const ctrlC = "\u0003"
const ctrlD = "\u0004"

/** Ends when `q` or Ctrl-C is typed, or the other side of a pipe is gone. */
const untilQuit: Effect.Effect<void> = Effect.suspend(() => {
  const { stdin } = process
  if (!stdin.isTTY) return Effect.never
  const typed = Effect.callback<void>((resume) => {
    stdin.on("data", (keys: Buffer) => {
      if (["q", "Q", ctrlC, ctrlD].some((key) => keys.includes(key))) resume(Effect.void)
    })
  })
  return Effect.acquireUseRelease(
    Effect.sync(() => stdin.setRawMode(true).resume()),
    () => typed,
    // A terminal that is read, or left in raw mode, keeps the process.
    () => Effect.sync(() => void stdin.removeAllListeners("data").setRawMode(false).pause())
  )
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
