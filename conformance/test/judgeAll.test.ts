import { expect, it } from "vitest"
import { judgeAll } from "../src/judgeAll.ts"

const options = { worker: new URL("./stubbornWorker.ts", import.meta.url), silenceLimit: 1_000 }

it("a scenario that blocks the event loop, ends the process or throws fails alone", async () => {
  const verdicts = await judgeAll(["first", "blocks", "second", "exits", "throws", "third"], options)
  expect([...verdicts.values()].map(({ id, passed, reasons }) => [id, passed, reasons.join()])).toEqual([
    ["first", true, ""],
    ["blocks", false, "hung: the event loop was blocked for 1000 ms"],
    ["second", true, ""],
    ["exits", false, "ended the process"],
    ["throws", false, "took the process down: boom"],
    ["third", true, ""]
  ])
})
