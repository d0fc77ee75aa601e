/**
 * Where the inspected programs of a user are found: a folder that nobody else can enter, with one file for each, whose
 * name begins with the number of the process. A program that answers on a socket has it there; one that answers on a
 * port, or on a socket elsewhere, has a note of it.
 */
import { lstatSync, mkdirSync, readFileSync, readdirSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { isAbsolute, join } from "node:path"

/** Where a program can be asked. */
export type Address =
  | { readonly pid: number; readonly file: string; readonly socket: string }
  | { readonly pid: number; readonly file: string; readonly port: number; readonly token: string }

const user = (): number | undefined => process.getuid?.()

/**
 * Where programs are looked for. One that was started by another way than the terminal that asks has another environment:
 * a service has no `XDG_RUNTIME_DIR`, and after `su` it is somebody else's.
 */
export const socketFolders = (): readonly [string, ...ReadonlyArray<string>] => {
  const given = process.env["FERRULE_INSPECT_FOLDER"]
  if (given !== undefined && given !== "") return [given]
  const temporary = join(tmpdir(), `ferrule-inspect-${user() ?? "user"}`)
  const own = process.env["XDG_RUNTIME_DIR"]
  return own === undefined || !isOwnFolder(own) ? [temporary] : [join(own, "ferrule-inspect"), temporary]
}

const isOwnFolder = (folder: string): boolean => {
  try {
    return isAbsolute(folder) && statSync(folder).isDirectory() && statSync(folder).uid === user()
  } catch {
    return false
  }
}

/** Where a program of this environment puts its file. */
export const socketFolder = (): string => socketFolders()[0]

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
    const note = JSON.parse(readFileSync(file, "utf8")) as { readonly [part in "port" | "token" | "socket"]?: unknown }
    if (typeof note.socket === "string") return { pid, file, socket: note.socket }
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
