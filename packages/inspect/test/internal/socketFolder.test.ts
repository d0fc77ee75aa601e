import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { socketFolder, socketFolders } from "../../src/internal/socketFolder.ts"

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ferrule-"))
  vi.stubEnv("FERRULE_INSPECT_FOLDER", "")
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true })
})

const temporary = join(tmpdir(), `ferrule-inspect-${process.getuid?.() ?? "user"}`)

describe("the folder of sockets", () => {
  it("is in XDG_RUNTIME_DIR, and whoever looks for programs looks where those without it are, too [S-332]", () => {
    vi.stubEnv("XDG_RUNTIME_DIR", root)
    expect(socketFolder()).toBe(join(root, "ferrule-inspect"))
    expect(socketFolders()).toEqual([join(root, "ferrule-inspect"), temporary])
  })

  it("is the temporary one if XDG_RUNTIME_DIR is no folder of this user's, or depends on where one is [S-332]", () => {
    const file = join(root, "file")
    writeFileSync(file, "")
    for (const odd of ["", ".", "run", join(root, "missing"), file]) {
      vi.stubEnv("XDG_RUNTIME_DIR", odd)
      expect(socketFolders()).toEqual([temporary])
    }
    const getuid = vi.spyOn(process, "getuid").mockReturnValue(12_345)
    vi.stubEnv("XDG_RUNTIME_DIR", root)
    expect(socketFolders()).toEqual([join(tmpdir(), "ferrule-inspect-12345")])
    getuid.mockRestore()
  })
})
