import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect } from "effect"
import { app } from "./cli/app.ts"
import { exitStatus } from "./cli/exitStatus.ts"

app.pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain({ teardown: exitStatus }))
