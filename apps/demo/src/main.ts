// By subpath: the barrel takes a quarter of a second to load.
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect } from "effect"
import { app } from "./cli/app.ts"
import { exitStatus } from "./cli/exitStatus.ts"

app.pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain({ teardown: exitStatus }))
