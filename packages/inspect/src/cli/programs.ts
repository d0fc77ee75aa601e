import * as Effect from "effect/Effect"
import { rmSync } from "node:fs"
import { type Address, addresses, socketFolder, whyNot } from "../internal/socketFolder.ts"
import type { Snapshot } from "../Snapshot.ts"
import { askSnapshot } from "./ask.ts"
import { CannotAsk } from "./CannotAsk.ts"

/** A program that answers, and what it said. */
export interface Program {
  readonly address: Address
  readonly snapshot: Snapshot
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"
  }
}

/** One that was killed could not take its socket away. */
const forget = (address: Address): void => {
  if (!isRunning(address.pid)) rmSync(address.file, { force: true })
}

const asked = (address: Address): Effect.Effect<ReadonlyArray<Program>, CannotAsk> =>
  askSnapshot(address).pipe(
    Effect.map((snapshot) => [{ address, snapshot }]),
    Effect.catchTag("CannotAsk", (error) =>
      error.isGone === true
        ? Effect.as(
            Effect.sync(() => forget(address)),
            []
          )
        : Effect.fail(error)
    )
  )

const none = (pid: number | undefined): CannotAsk => {
  const folder = socketFolder()
  const because = whyNot(folder)
  const about =
    because === undefined || because === "there is no such folder"
      ? ""
      : ` The folder ${folder} is not used: ${because}.`
  const who = pid === undefined ? "no program answers" : `process ${pid} does not answer`
  return new CannotAsk({
    message: `${who}. Programs that provide Inspect.layer() can be asked, by the user who runs them.${about}`,
    status: 1
  })
}

/** The programs of this user that can be asked, or the one with that pid. Fails if there is none. */
export const programs = (pid: number | undefined): Effect.Effect<ReadonlyArray<Program>, CannotAsk> =>
  Effect.suspend(() => {
    const known = addresses(socketFolder()).filter((address) => pid === undefined || address.pid === pid)
    return Effect.forEach(known, asked, { concurrency: 8 })
  }).pipe(
    Effect.map((found) => found.flat()),
    Effect.filterOrFail(
      (found) => found.length > 0,
      () => none(pid)
    )
  )

/** The one program that is meant. Fails if there are several to choose from. */
export const oneProgram = (pid: number | undefined): Effect.Effect<Program, CannotAsk> =>
  Effect.flatMap(programs(pid), (found) => {
    if (found.length === 1) return Effect.succeed(found[0]!)
    const choice = found.map(({ snapshot }) => `  --pid ${snapshot.pid}  ${JSON.stringify(snapshot.program)}`)
    return Effect.fail(
      new CannotAsk({ message: `several programs answer; say which:\n${choice.join("\n")}`, status: 1 })
    )
  })
