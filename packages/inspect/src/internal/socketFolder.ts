/**
 * Where the inspected programs of a user are found: a folder that nobody else can enter, with one file for each. A
 * program that answers on a socket has it there, `<pid>.sock`; one that answers on a port has a note of the port and
 * its token, `<pid>.json`.
 */
import { lstatSync, mkdirSync, readFileSync, readdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Where a program can be asked. */
export type Address =
  | { readonly pid: number; readonly file: string; readonly socket: string }
  | { readonly pid: number; readonly file: string; readonly port: number; readonly token: string }

const user = (): number | undefined => process.getuid?.()

export const socketFolder = (): string => {
  const given = process.env["FERRULE_INSPECT_FOLDER"]
  if (given !== undefined && given !== "") return given
  const own = process.env["XDG_RUNTIME_DIR"]
  return own === undefined || own === ""
    ? join(tmpdir(), `ferrule-inspect-${user() ?? "user"}`)
    : join(own, "ferrule-inspect")
}

/** Why the folder must not be used; nothing if it may. In a folder that others can write, a socket can be somebody else's. */
export const whyNot = (folder: string): string | undefined => {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (found === undefined) return "there is no such folder"
  if (!found.isDirectory()) return "it is no folder"
  if (user() === undefined) return undefined
  if (found.uid !== user()) return "it belongs to another user"
  return (found.mode & 0o077) === 0 ? undefined : "others may enter it; take that away with chmod 700"
}

/** Makes the folder if it is not there yet. */
export const openFolder = (folder: string): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
}

const addressOf = (folder: string, name: string): Address | undefined => {
  const file = join(folder, name)
  const pid = Number(/^(\d+)/.exec(name)?.[1])
  if (Number.isNaN(pid)) return undefined
  if (name.endsWith(".sock")) return { pid, file, socket: file }
  if (!name.endsWith(".json")) return undefined
  try {
    const note = JSON.parse(readFileSync(file, "utf8")) as { readonly port?: unknown; readonly token?: unknown }
    if (typeof note.port !== "number" || typeof note.token !== "string") return undefined
    return { pid, file, port: note.port, token: note.token }
  } catch {
    // Half written, or gone since the folder was read.
    return undefined
  }
}

/** The programs that have said where they answer; some may be gone. */
export const addresses = (folder: string): ReadonlyArray<Address> => {
  if (whyNot(folder) !== undefined) return []
  return readdirSync(folder)
    .toSorted()
    .flatMap((name) => addressOf(folder, name) ?? [])
}
