import * as Effect from "effect/Effect"
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { get } from "node:http"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
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

describe("the programs of a user", () => {
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
