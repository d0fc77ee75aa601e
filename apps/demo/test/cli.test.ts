import { createServer, type AddressInfo } from "node:net"
import { describe, expect, it } from "vitest"
import { linesOf, runApp, startApp } from "./runApp.ts"

const listening = async () => {
  const server = createServer().listen(0, "127.0.0.1")
  await new Promise((resolve) => server.once("listening", resolve))
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

describe.concurrent("the command line", { timeout: 60_000 }, () => {
  it("names the demos and the global flags in its help", async () => {
    const { status, stderr, stdout } = await runApp(["--help"])
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" })
    for (const word of ["networking", "scraping", "database", "--json"])
      expect(stdout).toMatch(new RegExp(`^  ${word} `, "m"))
  })

  it("explains the options of a demo", async () => {
    const { status, stdout } = await runApp(["networking", "--help"])
    expect(status).toBe(0)
    for (const flag of ["--requests", "--concurrency", "--deadline", "--serve", "--port"])
      expect(stdout).toContain(flag)
  })

  it.each([
    { wrong: "an unknown command", args: ["netwrking"], says: /^Unknown subcommand "netwrking"/ },
    { wrong: "an unknown option", args: ["networking", "--requets", "5"], says: /^Unrecognized flag: --requets/ },
    {
      wrong: "an argument nobody asked for",
      args: ["networking", "now"],
      says: /^Unexpected positional argument: "now"/
    },
    { wrong: "a word where a number belongs", args: ["networking", "--port", "http"], says: /--port: "http"/ },
    { wrong: "a number out of range", args: ["networking", "--requests", "0"], says: /from 1 to 1000000/ }
  ])("answers $wrong with one line on stderr and status 2", async ({ args, says }) => {
    const { status, stderr, stdout } = await runApp(args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" })
    expect(linesOf(stderr)).toEqual([expect.stringMatching(says)])
  })

  it.each([["--serve"], []])("answers a port in use with one line on stderr and status 1 (%s)", async (...flags) => {
    const { close, port } = await listening()
    const { status, stderr, stdout } = await runApp(["networking", ...flags, "--port", String(port)])
    close()
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" })
    expect(linesOf(stderr)).toEqual([`Port ${port} is in use. Give another with --port, or --port 0 for any free one.`])
  })

  it("prints the result alone on stdout with --json, the story on stderr", async () => {
    const { status, stderr, stdout } = await runApp(["networking", "--requests", "20", "--json"])
    expect(status).toBe(0)
    expect(linesOf(stdout)).toHaveLength(1)
    expect(JSON.parse(stdout)).toMatchObject({
      demo: "networking",
      requests: 20,
      failed: 0,
      seconds: expect.any(Number)
    })
    expect(stderr).toContain("20 requests in")
  })

  it.each([
    { signal: "SIGINT", status: 130 },
    { signal: "SIGTERM", status: 143 }
  ] as const)("ends a demo that gets $signal at once, with status $status and nothing half told", async (ending) => {
    const app = startApp(["networking", "--requests", "1000000", "--json"])
    await app.seen(/networking: /)
    app.signal(ending.signal)
    const { status, stderr, stdout } = await app.ended
    expect({ status, stdout }).toEqual({ status: ending.status, stdout: "" })
    expect(linesOf(stderr)).toEqual([expect.stringMatching(/^networking: /)])
  })

  it("stops without a word, with status 141, when nobody reads its output any more", async () => {
    const app = startApp(["networking", "--requests", "50"])
    await app.seen(/networking: /)
    app.stopReading()
    expect(await app.ended).toMatchObject({ status: 141, stderr: "" })
  })
})
