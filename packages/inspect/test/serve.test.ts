import * as Effect from "effect/Effect"
import { fork, spawnSync } from "node:child_process"
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { createServer, get } from "node:http"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest"
import { askSnapshot, askText } from "../src/cli/ask.ts"
import { oneProgram, programs } from "../src/cli/programs.ts"
import type { Inspector } from "../src/Inspector.ts"
import { addresses } from "../src/internal/socketFolder.ts"
import { serve, type ServeOptions } from "../src/serve.ts"

let folder: string

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "ferrule-")), "own")
  process.env["FERRULE_INSPECT_FOLDER"] = folder
})
afterEach(() => {
  delete process.env["FERRULE_INSPECT_FOLDER"]
  rmSync(join(folder, ".."), { recursive: true, force: true })
})

const inspector = (program = "shop"): Inspector =>
  ({
    snapshot: () => ({ at: 1, pid: process.pid, program, nodes: [], resources: [], findings: [] }),
    timeline: () => ({ events: [], last: 0, lost: 0 })
  }) as unknown as Inspector

/** Runs `use` while somebody can be asked. */
const served = <A, E>(options: ServeOptions, use: Effect.Effect<A, E>, who = inspector()) =>
  Effect.runPromise(Effect.scoped(Effect.andThen(serve(who, options), use)))

const statusAt = (port: number, headers: Record<string, string>): Effect.Effect<number | undefined> =>
  Effect.callback((resume) => {
    get({ host: "127.0.0.1", port, path: "/snapshot", headers }, (response) => {
      response.resume()
      resume(Effect.succeed(response.statusCode))
    })
  })

describe("an inspector that is served", () => {
  it("is found and answers, on a socket in a folder that nobody else may enter, until its scope ends [S-320, S-321]", async () => {
    const seen = await served(
      {},
      Effect.gen(function* () {
        const [found] = addresses(folder)
        return { found: found!, mode: lstatSync(folder).mode & 0o777, snapshot: yield* askSnapshot(found!) }
      })
    )
    expect(seen).toMatchObject({ found: { pid: process.pid }, mode: 0o700, snapshot: { program: "shop" } })
    expect(readdirSync(folder)).toEqual([])
  })

  it("answers on a port of this machine to whoever has the token, which stands in a file of this user's [S-320]", async () => {
    const seen = await served(
      { port: 0 },
      Effect.gen(function* () {
        const [found] = addresses(folder)
        if (found === undefined || !("port" in found)) return expect.fail("no note of a port")
        return {
          mode: lstatSync(found.file).mode & 0o777,
          asked: yield* askSnapshot(found),
          wrong: yield* statusAt(found.port, { authorization: "Bearer x" }),
          none: yield* statusAt(found.port, {})
        }
      })
    )
    expect(seen).toMatchObject({ mode: 0o600, asked: { program: "shop" }, wrong: 401, none: 401 })
    expect(readdirSync(folder)).toEqual([])
  })

  it("fails with where and why if the address is taken [S-322]", async () => {
    const socket = join(folder, "taken.sock")
    const error = await served({ socket }, Effect.flip(Effect.scoped(serve(inspector(), { socket }))))
    expect(error.message).toBe(`the inspector cannot answer at ${socket}: it is in use`)
  })

  it("fails if others may enter the folder, or the path is too long for a socket [S-322]", async () => {
    mkdirSync(folder)
    chmodSync(folder, 0o755)
    const open = await Effect.runPromise(Effect.flip(Effect.scoped(serve(inspector()))))
    expect(open._tag).toBe("CannotListen")
    expect(open.message).toContain("others may enter it; take that away with chmod 700")
    const socket = join(folder, `${"x".repeat(120)}.sock`)
    const long = await Effect.runPromise(Effect.flip(Effect.scoped(serve(inspector(), { socket }))))
    expect(long.because).toBe("a path of a socket may have 103 bytes. Give a shorter one with `socket`.")
  })

  it("answers 500 if the inspector throws, and lives on [S-323]", async () => {
    const broken = { ...inspector(), snapshot: () => expect.fail("torn") } as unknown as Inspector
    const ask = Effect.suspend(() => askText(addresses(folder)[0]!, "/snapshot"))
    const [first, second] = await served({}, Effect.all([Effect.flip(ask), Effect.flip(ask)]), broken)
    expect(first.message).toContain("says 500")
    expect(second.message).toContain("torn")
  })

  it("hangs up on whoever is connected when its scope ends [S-321]", async () => {
    let hungUp: Promise<boolean> | undefined
    const connected = Effect.callback<void>((resume) => {
      const socket = connect(addresses(folder)[0]!.file, () => resume(Effect.void))
      hungUp = new Promise((over) => void socket.on("close", () => over(socket.destroyed)))
    })
    await served({}, connected)
    expect(await hungUp).toBe(true)
  })
})

describe("the program that is looked at", () => {
  const connected = (port: number) =>
    Effect.callback<{ readonly socket: Socket; readonly isClosed: () => boolean }>((resume) => {
      let closed = false
      const socket = connect(port, "127.0.0.1", () => resume(Effect.succeed({ socket, isClosed: () => closed })))
      socket.on("close", () => (closed = true)).on("error", () => (closed = true))
    })

  it("gives few of its files to strangers who connect and never ask [S-330]", async () => {
    const open = await Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const at = yield* serve(inspector(), { port: 0 })
          if (!("port" in at)) return expect.fail("no port")
          const clients = yield* Effect.forEach(Array.from({ length: 40 }), () => connected(at.port), {
            concurrency: 40
          })
          // Whoever is too much is hung up on at once, so this one is told after all of them.
          const last = yield* connected(at.port)
          yield* Effect.callback<void>((resume) => void last.socket.on("close", () => resume(Effect.void)))
          const count = clients.filter(({ isClosed }) => !isClosed()).length
          for (const { socket } of clients) socket.destroy()
          return count
        })
      )
    )
    expect(open).toBe(32)
  })

  it("ends though somebody is connected [S-330]", async () => {
    const stuck = fork(join(import.meta.dirname, "programs/stuck.ts"), { stdio: "pipe" })
    onTestFinished(() => void stuck.kill("SIGKILL"))
    const status = await new Promise((over) => stuck.once("close", over))
    expect(status).toBe(0)
  })

  it("starts where another of the same number was killed, and beside copies of this module [S-331]", async () => {
    mkdirSync(folder, { mode: 0o700 })
    writeFileSync(join(folder, `${process.pid}.sock`), "")
    vi.resetModules()
    const copy = await import("../src/serve.ts")
    expect(copy.serve).not.toBe(serve)
    const both = Effect.scoped(Effect.andThen(copy.serve(inspector("second")), programs(process.pid)))
    const found = await served({}, both)
    expect(found.map(({ snapshot }) => snapshot.program).toSorted()).toEqual(["second", "shop"])
  })

  it("starts at a given path where one was killed, and is found there [S-331]", async () => {
    const socket = join(folder, "..", "mine", "x.sock")
    const dying = `import { mkdirSync } from "node:fs"
      mkdirSync(${JSON.stringify(join(folder, "..", "mine"))}, { mode: 0o700 })
      process.getBuiltinModule("node:net").createServer().listen(${JSON.stringify(socket)}, () => process.kill(process.pid, "SIGKILL"))`
    expect(spawnSync(process.execPath, ["--input-type=module", "-e", dying]).signal).toBe("SIGKILL")
    expect(lstatSync(socket).isSocket()).toBe(true)
    const found = await served(
      { socket },
      Effect.map(programs(process.pid), ([program]) => program)
    )
    expect(found?.snapshot.program).toBe("shop")
    expect(existsSync(socket)).toBe(false)
  })

  it("is not started where a file lies that is no socket: that is not taken away [S-331]", async () => {
    mkdirSync(folder, { mode: 0o700 })
    const socket = join(folder, "letter.txt")
    writeFileSync(socket, "dear")
    const error = await Effect.runPromise(Effect.flip(Effect.scoped(serve(inspector(), { socket }))))
    expect(error.because).toBe("it is in use")
    expect(readFileSync(socket, "utf8")).toBe("dear")
  })

  it("fails with what is wrong with a port that cannot be [S-322]", async () => {
    const error = await Effect.runPromise(Effect.flip(Effect.scoped(serve(inspector(), { port: 70_000 }))))
    expect(error.because).toContain("65536")
  })
})

describe("the programs of a user", () => {
  it("are told of though one of them tells nothing that can be understood [S-332]", async () => {
    const nonsense = createServer((_, response) => response.end("<html>"))
    const port = await new Promise<number>((bound) =>
      nonsense.listen(0, "127.0.0.1", () => bound((nonsense.address() as { readonly port: number }).port))
    )
    const complained = vi.spyOn(console, "error").mockImplementation(() => undefined)
    const note = () => writeFileSync(join(folder, `${process.ppid}.json`), JSON.stringify({ port, token: "x" }))
    const found = await served({}, Effect.andThen(Effect.sync(note), programs(undefined)))
    const [words] = complained.mock.lastCall!
    complained.mockRestore()
    await new Promise((closed) => nonsense.close(closed))
    expect(found).toHaveLength(1)
    expect(words).toContain(`process ${process.ppid} answers, but not with a snapshot`)
  })

  it("are not asked at the port of one that was killed: it may be anybody's now [S-332]", async () => {
    let asked = 0
    const stranger = createServer((_, response) => response.end(String(++asked)))
    const port = await new Promise<number>((bound) =>
      stranger.listen(0, "127.0.0.1", () => bound((stranger.address() as { readonly port: number }).port))
    )
    mkdirSync(folder, { mode: 0o700 })
    const note = join(folder, "99999999.json")
    writeFileSync(note, JSON.stringify({ port, token: "x" }))
    await Effect.runPromise(Effect.flip(programs(undefined)))
    await new Promise((closed) => stranger.close(closed))
    expect([asked, existsSync(note)]).toEqual([0, false])
  })

  it("are not those that were killed, though their number is another's now [S-331]", async () => {
    mkdirSync(folder, { mode: 0o700 })
    const dead = join(folder, `${process.pid}.sock`)
    writeFileSync(dead, "")
    utimesSync(dead, 1, 1)
    await Effect.runPromise(Effect.flip(programs(undefined)))
    expect(existsSync(dead)).toBe(false)
  })

  it("are several inspectors of a process, too, and then a pid or name is asked for [S-329]", async () => {
    const both = Effect.scoped(
      Effect.andThen(serve(inspector("second")), Effect.all([programs(undefined), Effect.flip(oneProgram(undefined))]))
    )
    const [found, error] = await served({}, both)
    expect(found.map(({ snapshot }) => snapshot.program).toSorted()).toEqual(["second", "shop"])
    expect(error.message).toContain("several programs answer; say which:")
  })

  it("are not those that were killed: their sockets are taken away [S-329]", async () => {
    mkdirSync(folder, { mode: 0o700 })
    // No process has this number: Linux counts to 2^22.
    const dead = join(folder, "99999999.sock")
    writeFileSync(dead, "")
    const error = await Effect.runPromise(Effect.flip(programs(undefined)))
    expect(error.message).toMatch(/^no program answers\. Programs that provide Inspect\.layer\(\) can be asked/)
    expect(existsSync(dead)).toBe(false)
  })

  it("are not looked for in a folder that others may enter, and it is said why [S-320]", async () => {
    mkdirSync(folder)
    chmodSync(folder, 0o777)
    writeFileSync(join(folder, "1.json"), JSON.stringify({ port: 1, token: "x" }))
    const error = await Effect.runPromise(Effect.flip(programs(undefined)))
    expect(error.message).toContain("is not used: others may enter it")
  })
})
