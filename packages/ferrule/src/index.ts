/**
 * Structured concurrency for TypeScript on Effect: every package as a namespace.
 *
 * @module
 */
export * as CancelScope from "@ferrule/cancel-scope"
export * as Channel from "@ferrule/channel"
export * as Limit from "@ferrule/limit"
export * as Runtime from "@ferrule/runtime"
export * as Sync from "@ferrule/sync"
export * as TaskGroup from "@ferrule/task-group"
export * as Timeout from "@ferrule/timeout"
