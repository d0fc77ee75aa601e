import * as cancelScope from "@ferrule/cancel-scope"
import * as channel from "@ferrule/channel"
import * as limit from "@ferrule/limit"
import * as runtime from "@ferrule/runtime"
import * as sync from "@ferrule/sync"
import * as taskGroup from "@ferrule/task-group"
import * as timeout from "@ferrule/timeout"
import * as ferrule from "ferrule"
import { expect, it } from "vitest"

it("the umbrella offers every package under its name, the very same modules", () => {
  expect(ferrule.CancelScope).toBe(cancelScope)
  expect(ferrule.Channel).toBe(channel)
  expect(ferrule.Limit).toBe(limit)
  expect(ferrule.Runtime).toBe(runtime)
  expect(ferrule.Sync).toBe(sync)
  expect(ferrule.TaskGroup).toBe(taskGroup)
  expect(ferrule.Timeout).toBe(timeout)
})
