import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { get } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

const folder = mkdtempSync(join(tmpdir(), "ferrule-"))
const here = import.meta.dirname

interface Ended {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

const start = (file: string, args: ReadonlyArray<string>) => {
  const child = spawn(process.execPath, [join(here, file), ...args], {
    env: { ...process.env, FERRULE_INSPECT_FOLDER: folder }
  })
  const printed = { out: "", err: "" }
  child.stdout.setEncoding("utf8").on("data", (text: string) => void (printed.out += text))
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (printed.err += text))
  const ended = new Promise<Ended>((over) => child.once("close", (status) => over({ status, ...printed })))
  const says = (what: RegExp): Promise<string> =>
    new Promise((said, failed) => {
      const look = (): void => {
        const found = what.exec(printed.out + printed.err)
        if (found !== null) said(found[0])
      }
      child.stdout.on("data", look)
      child.stderr.on("data", look)
      look()
      void ended.then(() => failed(new Error(`it ended without ${what}: ${JSON.stringify(printed)}`)))
    })
  return { child, ended, says }
}

const inspect = (...args: ReadonlyArray<string>): Promise<Ended> => start("../src/bin.ts", args).ended

/** The status of an answer to a path that no URL may have. */
const rawStatus = (base: string, path: string): Promise<number | undefined> =>
  new Promise((told, failed) => {
    get({ host: "127.0.0.1", port: new URL(base).port, path, headers: { host: "localhost" } }, (response) => {
      response.resume()
      told(response.statusCode)
    }).on("error", failed)
  })

let shop: ReturnType<typeof start>

beforeAll(async () => {
  shop = start("programs/shop.ts", ["3"])
  await shop.says(/^ready$/m)
})
afterAll(async () => {
  shop.child.kill("SIGTERM")
  expect((await shop.ended).out).toContain("ended")
  expect(await inspect("ps")).toMatchObject({ status: 1, out: "", err: expect.stringContaining("no program answers") })
  rmSync(folder, { recursive: true })
})

describe("ferrule-inspect", () => {
  it("ps shows the tasks of a running program, one a line, whatever their names [S-324, S-329]", async () => {
    const { err, out, status } = await inspect("ps")
    expect([status, err]).toEqual([0, ""])
    expect(out).toMatch(/^shop, process \d+: \d+ tasks/)
    expect(out).toMatch(/task +desk +waiting .*"returns"/)
    expect(out).toMatch(/task +idle 2 +running/)
    expect(out).toContain(String.raw`<img src=x onerror=alert(1)> \u{1b}[2J`)
    expect(out).toMatch(/^! .*(stubborn|impatient)/m)
  })

  it("tree shows who is in whom, and as JSON all that there is [S-329]", async () => {
    const { out } = await inspect("tree")
    for (const name of ["shop", "warehouse", "idle", "night watch"]) expect(out).toContain(name)
    const json = JSON.parse((await inspect("tree", "--json", "--pid", String(shop.child.pid))).out) as {
      readonly program: string
      readonly nodes: ReadonlyArray<{ readonly name: string; readonly deadlineLeft?: number }>
      readonly resources: ReadonlyArray<{ readonly name: string }>
    }
    expect(json.program).toBe("shop")
    expect(json.nodes.filter(({ name }) => name.startsWith("idle "))).toHaveLength(3)
    expect(json.nodes.some(({ deadlineLeft }) => deadlineLeft !== undefined && deadlineLeft > 3_500_000)).toBe(true)
    expect(json.resources.map(({ name }) => name)).toEqual(expect.arrayContaining(["orders", "returns"]))
  })

  it("why tells why somebody was cancelled, and by whom [S-329]", async () => {
    const { out, status } = await inspect("why", "impatient")
    expect(status).toBe(0)
    expect(out).toContain("somebody pressed stop")
  })

  it("top shows them once where nobody can see it change [S-329]", async () => {
    const { out, status } = await inspect("top")
    expect(status).toBe(0)
    expect(out.split("\n")[0]).toMatch(/^shop, process/)
  })

  it.runIf(process.platform === "linux")(
    "top ends at q and at Ctrl-C, and gives the terminal back as it was [S-333]",
    async () => {
      for (const key of ["q", "\u0003"]) {
        const command = `stty -g; "${process.execPath}" "${join(here, "../src/bin.ts")}" top --every 50; stty -g`
        const terminal = spawn("script", ["-qec", command, "/dev/null"], {
          env: { ...process.env, FERRULE_INSPECT_FOLDER: folder }
        })
        let out = ""
        terminal.stdout.setEncoding("utf8").on("data", (text: string) => {
          out += text
          if (text.includes("STATE")) terminal.stdin.write(key)
        })
        await new Promise((over) => terminal.once("close", over))
        const [before, after] = out.match(/[\da-f]+(?::[\da-f]+){10,}/g) ?? []
        expect(before).toMatch(/:/)
        expect(after).toBe(before)
        expect(out).toContain("\u001b[?7h\u001b[?25h\u001b[?1049l")
      }
    }
  )

  it("web serves the page on this machine until Ctrl-C, and ends with its status [S-320, S-329]", async () => {
    const web = start("../src/bin.ts", ["web"])
    const [, base, token] = /(http:\/\/127\.0\.0\.1:\d+\/)#(\S+)/.exec(await web.says(/http\S+/))!
    const ask = (path: string, authorization: string) => fetch(base + path, { headers: { authorization } })
    expect(await (await ask("", "")).text()).toContain("<title>ferrule-inspect</title>")
    expect((await ask("page.js", "")).headers.get("content-type")).toContain("text/javascript")
    expect((await ask("snapshot", "Bearer wrong")).status).toBe(401)
    expect(await (await ask("snapshot", `Bearer ${token}`)).json()).toMatchObject({ program: "shop" })
    expect((await ask("../../package.json", "")).status).toBe(404)
    expect(await rawStatus(base!, "//")).toBe(404)
    web.child.kill("SIGINT")
    expect((await web.ended).status).toBe(130)
  })

  it("says why there is nothing to see where only fibers of Effect run [S-329]", async () => {
    const plain = start("programs/plain.ts", [])
    await plain.says(/^ready$/m)
    const { out } = await inspect("tree", "--pid", String(plain.child.pid))
    plain.child.kill("SIGTERM")
    await plain.ended
    expect(out).toMatch(/^plain · process \d+ · 0 nodes\nNothing of Ferrule runs in what the layer is provided to\./)
  })

  it("says what is wrong, with its status [S-329]", async () => {
    expect(await inspect("pstree")).toMatchObject({ status: 2, err: expect.stringContaining('no command "pstree"') })
    expect(await inspect("ps", "--pid", "999999")).toMatchObject({
      status: 1,
      err: expect.stringContaining("process 999999 does not answer")
    })
    expect((await inspect("--version")).out).toMatch(/^\d+\.\d+\.\d+/)
  })

  it("is not needed to see the tree: at SIGUSR2 the program writes it to standard error [S-328]", async () => {
    shop.child.kill("SIGUSR2")
    expect(await shop.says(/warehouse/)).toBe("warehouse")
  })
})
