import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it } from "vitest"

interface Report {
  readonly testResults: ReadonlyArray<{
    readonly assertionResults: ReadonlyArray<{
      readonly title: string
      readonly failureMessages: ReadonlyArray<string>
    }>
  }>
}

const config = join(import.meta.dirname, "fixture", "vitest.config.ts")
const vitest = join(import.meta.dirname, "../../node_modules/vitest/vitest.mjs")
const folder = mkdtempSync(join(tmpdir(), "ferrule-failures-"))

/** What the tests of the fixture fail with, by their names. */
const failures = (seed = ""): Promise<ReadonlyMap<string, ReadonlyArray<string>>> => {
  const file = join(folder, `report${seed}.json`)
  const flags = ["run", "--config", config, "--reporter=json", `--outputFile=${file}`]
  const env = { ...process.env, FERRULE_SEED: seed }
  return new Promise((resolve) => {
    execFile(process.execPath, [vitest, ...flags], { env }, () => resolve(readReport(file)))
  })
}

const readReport = (file: string): ReadonlyMap<string, ReadonlyArray<string>> => {
  const { testResults } = JSON.parse(readFileSync(file, "utf8")) as Report
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  return new Map(tests.map(({ failureMessages, title }) => [title, failureMessages]))
}

let said: ReadonlyMap<string, ReadonlyArray<string>>

beforeAll(async () => {
  said = await failures()
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const saidBy = (test: string): string => said.get(test)?.join("\n") ?? "nothing"

it.each([
  ["an assertion", /^AssertionError: expected \{ degrees: 8 \} to deeply equal \{ degrees: 9 \}/],
  ["a tagged error", /^NoAnswer: \{"station":"summit"\}/],
  ["an error with a cause", /^Error: no report/],
  ["a string", /^Error: lost update/],
  ["a deadlock", /^Deadlock: deadlock at 0 ms: (.|\n)*fiber \d+ of bank › transfer/],
  ["a fiber left", /^LeftBehind: left behind by a program that has ended: 1 fiber\./],
  ["a timer left", /1 timer\. (.|\n)*a timer of 60000 ms on the real clock, from .*failing\.ts:\d+/],
  ["a server left", /1 handle\. (.|\n)*a server \(TCPSERVERWRAP\), from .*failing\.ts:\d+/],
  ["a schedule", /^FailingSchedule: (.|\n)*fiber 2: \d operations, is preempted(.|\n)*\{ replay: "…" \}/],
  ["a half-done transfer", /^BrokenByCancel: broken when cancelled (.|\n)*only: \{ by: "interrupt", step: \d+ \}/]
])("a test that fails with %s says so, in words [S-264]", (test, words) => {
  expect(saidBy(test)).toMatch(words)
})

it("every failure of a cause is shown [S-264]", () => {
  const both = said.get("an assertion, and a fiber left")
  expect(both).toEqual([expect.stringContaining("expected 1 to be 2"), expect.stringContaining("1 fiber")])
})

it("a test that fails says its seed, and how to run it again [S-261]", () => {
  expect(saidBy("a string")).toMatch(/\nseed (\d+)\. .* FERRULE_SEED=\1 npx vitest run failing\.ts -t 'a string'/)
})

it("with the seed of a failed test in the environment it runs as it did [S-261]", async () => {
  const [, drew, seed] = /(drew \d+)[^]*seed (\d+)/.exec(saidBy("random")) ?? []
  expect([drew, seed]).not.toContain(undefined)
  expect((await failures(seed)).get("random")?.join("\n")).toContain(drew)
})
