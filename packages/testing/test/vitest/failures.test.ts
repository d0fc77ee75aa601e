import { beforeAll, expect, it } from "vitest"
import { reportOf } from "./reportOf.ts"

let said: ReadonlyMap<string, ReadonlyArray<string>>

beforeAll(async () => {
  said = await reportOf("failing")
}, 60_000)

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
  ["a cleanup that never ends", /^Unfinished: unfinished at \d+ ms(.|\n)*seed \d+/],
  ["many steps", /^TestTimeoutError: Test timed out in 100ms(.|\n)*some of the points only \(samples\)/],
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

it.each(["a soft assertion", "time that is up"])("one that fails by %s does, too [S-336]", (test) => {
  expect(saidBy(test)).toMatch(/\n\nseed (\d+)\. .* FERRULE_SEED=\1 npx vitest run failing\.ts/)
})

it("with the seed of a failed test in the environment it runs as it did [S-261]", async () => {
  const [, drew, seed] = /(drew \d+)[^]*seed (\d+)/.exec(saidBy("random")) ?? []
  expect([drew, seed]).not.toContain(undefined)
  expect((await reportOf("failing", seed)).get("random")?.join("\n")).toContain(drew)
}, 60_000)
