import { beforeAll, expect, it } from "vitest"
import { reportOf } from "./reportOf.ts"

let said: ReadonlyMap<string, ReadonlyArray<string>>

beforeAll(async () => {
  said = await reportOf("leaking")
}, 60_000)

it.each([
  ["a task", /"worker" has not ended, of jobs › worker/],
  ["a scope", /"search" has not ended, of search/],
  ["permits", /2 permits\. (.|\n)*2 permits "db", from .*leaking\.ts:\d+/],
  ["a waiter", /1 waiter\. (.|\n)*1 waiting for event/],
  ["items", /1 item\. (.|\n)*1 in channel "jobs"/],
  ["a listener", /1 listener\. (.|\n)*abort listener "request"/],
  ["a timer", /1 timer\. (.|\n)*a timer of 60000 ms on the real clock, from .*leaking\.ts:\d+/],
  ["a handle", /1 handle\. (.|\n)*a server \(TCPSERVERWRAP\), from .*leaking\.ts:\d+/],
  ["what another test may", /1 item\./]
])("%s that a test leaves fails it, by name [S-268]", (test, words) => {
  expect(said.get(test)).toEqual([expect.stringMatching(words)])
})

it.each(["nothing", "what it may", "what its options allow"])("a test that leaves %s passes [S-268]", (test) => {
  expect(said.get(test)).toEqual([])
})

it("of a test that fails by itself nothing else is said [S-268]", () => {
  expect(said.get("an assertion, and items")).toEqual([expect.stringContaining("expected 1 to be 2")])
})
