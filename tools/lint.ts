/**
 * Lints the repository twice: oxlint with types (floating promises), and Effect's own checker (floating Effects).
 * A checker that looked at fewer files than there are is a failure, too: silence must mean "nothing wrong".
 */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { inParallel, run } from "./command.ts"
import { projects, root, sourceFiles } from "./workspace.ts"

interface EffectReport {
  readonly diagnostics: ReadonlyArray<{
    readonly file: string
    readonly line: number
    readonly column: number
    /** A "message" is advice on style. */
    readonly severity: "error" | "warning" | "message"
    readonly name: string
    readonly message: string
  }>
  readonly summary: { readonly filesChecked: number }
}

/** Runs Effect's checker over one tsconfig file. Answers what is wrong, one line each. */
export const lintEffects = async (tsconfig: string, atLeast: number): Promise<ReadonlyArray<string>> => {
  const args = ["diagnostics", "--project", tsconfig, "--format", "json", "--strict"]
  const ended = await run("effect-tsgo", args, { seconds: 120 })
  if (!ended.stdout.trimStart().startsWith("{")) return [`${tsconfig}: no report\n${ended.stdout}${ended.stderr}`]
  const report = JSON.parse(ended.stdout) as EffectReport
  const found = report.diagnostics
    .filter((d) => d.severity !== "message")
    .map((d) => `${d.file}:${d.line}:${d.column} ${d.name}: ${d.message}`)
  const checked = report.summary.filesChecked
  if (checked < atLeast) found.push(`${tsconfig}: checked ${checked} files of ${atLeast}`)
  if (ended.status !== 0 && found.length === 0) found.push(`${tsconfig}: ended with status ${ended.status}`)
  return found
}

/** Runs oxlint with the repository's rules. Answers its report, or nothing when all is well. */
export const lintSource = async (paths: ReadonlyArray<string>, atLeast: number): Promise<ReadonlyArray<string>> => {
  const ended = await run("oxlint", ["-c", join(root, ".oxlintrc.json"), ...paths], { seconds: 300 })
  const checked = Number(/ on (\d+) files? /.exec(ended.stdout)?.[1] ?? 0)
  if (ended.status !== 0) return [ended.stdout + ended.stderr]
  return checked < atLeast ? [`oxlint checked ${checked} files of ${atLeast}\n${ended.stdout}`] : []
}

if (import.meta.main) {
  const checked = projects().filter((project) => existsSync(join(root, project.folder, "tsconfig.json")))
  const files = new Map(checked.map((project) => [project, sourceFiles(project).length]))
  const total = [...files.values()].reduce((sum, count) => sum + count, 0)
  const problems = [
    ...(await lintSource(["."], total)),
    ...(
      await inParallel(checked, 2, (project) =>
        lintEffects(join(root, project.folder, "tsconfig.json"), files.get(project) ?? 1)
      )
    ).flat()
  ]
  for (const problem of problems) console.error(problem)
  console.log(`lint: ${total} files in ${checked.length} projects, ${problems.length} problems`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
