import { Effect, Layer } from "effect"
import * as http from "node:http"
import { connect } from "node:net"
import { describe, expect, it } from "vitest"
import { Progress } from "../src/cli/Demo.ts"
import { defaults, run } from "../src/networking/networking.ts"
import { linesOf, startApp } from "./runApp.ts"

const collecting = (lines: Array<string>) =>
  Layer.succeed(
    Progress,
    Progress.of({ line: (text) => Effect.sync(() => void lines.push(text)), status: () => Effect.void })
  )

// Far off where a test is not about the deadline: a busy machine must not pass it.
const serving = async (deadline = 10_000) => {
  const app = startApp(["networking", "--serve", "--deadline", String(deadline)])
  const [, url = ""] = await app.seen(/listening on (\S+)\n/)
  return { ...app, url }
}

const rawRequest = (url: string, text: string) =>
  new Promise<string>((resolve, reject) => {
    let answer = ""
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(text))
    socket.setEncoding("utf8")
    socket.on("data", (chunk: string) => (answer += chunk))
    socket.on("error", reject)
    socket.on("close", () => resolve(answer))
  })

const requestOn = (agent: http.Agent, url: string) =>
  new Promise<string>((resolve) => {
    http
      .get(url, { agent }, (response) => {
        response.resume().on("end", () => resolve(response.statusCode === 200 ? "answered" : `${response.statusCode}`))
      })
      .on("error", (error: NodeJS.ErrnoException) =>
        resolve(error.code === "ECONNREFUSED" ? "refused" : `${error.code}`)
      )
  })

/** Sends one request after another on one connection, until a new connection is refused; gives what went wrong. */
const keepAsking = async (url: string) => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const failures: Array<string> = []
  for (let end = ""; end !== "refused";) {
    end = await requestOn(agent, url)
    if (end !== "answered" && end !== "refused") failures.push(end)
  }
  agent.destroy()
  return failures
}

const sleep = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis))

describe.concurrent("the networking demo", { timeout: 60_000 }, () => {
  it("answers all but the hopeless, cuts those at their deadline, drains, and leaves no zombie", async () => {
    const lines: Array<string> = []
    const options = { ...defaults, requests: 100, concurrency: 20, deadline: 3_000 }
    const result = await Effect.runPromise(run(options).pipe(Effect.provide(collecting(lines))))
    expect(result).toEqual({
      demo: "networking",
      requests: 100,
      answered: 98,
      timedOut: 2,
      failed: 0,
      drained: 20,
      zombies: 0,
      cancelled: { "the deadline passed": 2, "the client hung up": 10 },
      maxConcurrent: 20,
      seconds: expect.any(Number)
    })
    expect(lines.join("\n")).toContain("20 answered, 0 failed, a new one is refused")
    expect(lines.length).toBeLessThan(10)
  })

  it("cuts a request at its deadline with 504 and says whose deadline it was", async () => {
    const app = await serving(500)
    const response = await fetch(`${app.url}/wait/30000`)
    expect(response.status).toBe(504)
    expect(await response.text()).toMatch(/^the deadline of "upstream".* passed after \d+ ms/)
    app.signal("SIGTERM")
    await app.ended
  })

  it.each([
    { signal: "SIGTERM", status: 143 },
    { signal: "SIGINT", status: 130 }
  ] as const)("answers what is in flight when it gets $signal, then ends with status $status", async (ending) => {
    const app = await serving()
    const idle = await fetch(app.url)
    await idle.text()
    const inFlight = Array.from({ length: 5 }, () => fetch(`${app.url}/wait/700`))
    await sleep(300)
    app.signal(ending.signal)
    const responses = await Promise.all(inFlight)
    expect(responses.map((response) => [response.status, response.headers.get("connection")])).toEqual(
      Array.from({ length: 5 }, () => [200, "close"])
    )
    const { status, stderr, stdout } = await app.ended
    expect({ status, stderr }).toEqual({ status: ending.status, stderr: "" })
    expect(linesOf(stdout).at(-1)).toBe(
      "stopped: 5 requests were in flight; in all 6 answered, 0 past their deadline, 0 failed, up to 5 at once"
    )
    await expect(fetch(app.url)).rejects.toThrow("fetch failed")
  })

  it("fails no request of a hundred clients that are busy with it when it is stopped", async () => {
    const app = await serving()
    const clients = Array.from({ length: 100 }, () => keepAsking(`${app.url}/wait/5`))
    await sleep(500)
    app.signal("SIGTERM")
    expect((await Promise.all(clients)).flat()).toEqual([])
    expect((await app.ended).stdout).toContain(" 0 past their deadline, 0 failed")
  })

  it("answers a client that never finishes its request with 408", async () => {
    const app = await serving()
    expect(await rawRequest(app.url, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")).toMatch(/^HTTP\/1.1 408 /)
    app.signal("SIGTERM")
    await app.ended
  })
})
