import type { Verdict } from "./harness/Scenario.ts"

export type Status = "pass" | "fail" | "todo"

const areas: Readonly<Record<string, string>> = {
  TG: "task groups",
  CS: "cancel scopes",
  TO: "timeouts and deadlines",
  CH: "channels",
  SE: "select",
  SY: "synchronisation",
  RU: "run and helpers",
  XG: "joiners, daemons, restarts, limits",
  XK: "shields",
  XT: "budgets",
  XC: "handles and kinds",
  XE: "select and sync"
}

const row = (area: string, ...counts: ReadonlyArray<number | string>) =>
  `  ${area.padEnd(40)}${counts.map((count) => String(count).padStart(8)).join("")}`

const tally = (ids: ReadonlyArray<string>, statusOf: (id: string) => Status) =>
  (["pass", "fail", "todo"] as const).map((status) => ids.filter((id) => statusOf(id) === status).length)

/** What passes and what does not, by area, and why. */
export const table = (
  ids: ReadonlyArray<string>,
  statusOf: (id: string) => Status,
  verdicts: ReadonlyMap<string, Verdict>
): string => {
  const lines = [row("area", "passed", "failed", "todo")]
  for (const [code, name] of Object.entries(areas)) {
    const inArea = ids.filter((id) => id.startsWith(code))
    if (inArea.length > 0) lines.push(row(`${code}  ${name}`, ...tally(inArea, statusOf)))
  }
  lines.push(row("all", ...tally(ids, statusOf)))
  for (const { id, passed, reasons } of verdicts.values()) {
    if (!passed) lines.push("", `${id} failed`, ...reasons.map((why) => `  ${why.replaceAll("\n", "\n  ")}`))
  }
  return lines.join("\n")
}
