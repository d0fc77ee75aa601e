import * as Effect from "effect/Effect"
import { lstatSync, rmSync } from "node:fs"
import { type Address, addresses, socketFolders, whyNot } from "../internal/socketFolder.ts"
import type { Snapshot } from "../Snapshot.ts"
import { askSnapshot } from "./ask.ts"
import { CannotAsk } from "./CannotAsk.ts"
import { complain } from "./complain.ts"

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

/** How long a socket may be there before somebody listens on it, in milliseconds; a moment is enough. */
const grace = 2_000

const isOld = ({ file }: Address): boolean => {
  const found = lstatSync(file, { throwIfNoEntry: false })
  return found !== undefined && Date.now() - found.mtimeMs > grace
}

/** One that was killed could not take its file away. Its number may be another process's now. */
const forget = (address: Address): void => {
  if (!isRunning(address.pid) || ("socket" in address && isOld(address))) rmSync(address.file, { force: true })
}

const gone = (address: Address): Effect.Effect<ReadonlyArray<Program>> =>
  Effect.as(
    Effect.sync(() => forget(address)),
    []
  )

interface Asked {
  readonly found: ReadonlyArray<Program>
  /** Of one that is there and tells nothing. */
  readonly error?: CannotAsk
}

const asked = (address: Address): Effect.Effect<Asked> => {
  // The port of one that was killed may be anybody's now.
  if ("port" in address && !isRunning(address.pid)) return Effect.map(gone(address), (found) => ({ found }))
  return askSnapshot(address).pipe(
    Effect.map((snapshot): Asked => ({ found: [{ address, snapshot }] })),
    Effect.catchTag("CannotAsk", (error) =>
      error.isGone === true
        ? Effect.map(gone(address), (found): Asked => ({ found }))
        : Effect.succeed<Asked>({ found: [], error })
    )
  )
}

const none = (pid: number | undefined): CannotAsk => {
  const about = socketFolders().flatMap((folder) => {
    const because = whyNot(folder)
    const isFine = because === undefined || because === "there is no such folder"
    return isFine ? [] : [` The folder ${folder} is not used: ${because}.`]
  })
  const who = pid === undefined ? "no program answers" : `process ${pid} does not answer`
  return new CannotAsk({
    message: `${who}. Programs that provide Inspect.layer() can be asked, by the user who runs them.${about.join("")}`,
    status: 1
  })
}

/** The programs of this user that can be asked, or the one with that pid. Fails if there is none. */
export const programs = (pid: number | undefined): Effect.Effect<ReadonlyArray<Program>, CannotAsk> =>
  Effect.gen(function* () {
    const known = socketFolders()
      .flatMap(addresses)
      .filter((address) => pid === undefined || address.pid === pid)
    const answers = yield* Effect.forEach(known, asked, { concurrency: 8 })
    const found = answers.flatMap((answer) => answer.found)
    const errors = answers.flatMap(({ error }) => (error === undefined ? [] : [error.message]))
    if (found.length === 0 && errors.length === 0) return yield* none(pid)
    if (found.length === 0) return yield* new CannotAsk({ message: errors.join("\n"), status: 1 })
    for (const error of errors) complain(error)
    return found
  })

/** The one program that is meant. Fails if there are several to choose from. */
export const oneProgram = (pid: number | undefined): Effect.Effect<Program, CannotAsk> =>
  Effect.flatMap(programs(pid), (found) => {
    if (found.length === 1) return Effect.succeed(found[0]!)
    const choice = found.map(({ snapshot }) => `  --pid ${snapshot.pid}  ${JSON.stringify(snapshot.program)}`)
    return Effect.fail(
      new CannotAsk({ message: `several programs answer; say which:\n${choice.join("\n")}`, status: 1 })
    )
  })
