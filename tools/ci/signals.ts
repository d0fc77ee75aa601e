/** The example app under load, under signals and on bad input. */
import { createServer } from "node:net"
import { run } from "../command.ts"
import { type RunningApp, startApp, within } from "./app.ts"
import { freePort } from "./postgres.ts"
import type { Check } from "./Report.ts"

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const untilItAnswers = async (url: string, app: RunningApp): Promise<void> => {
  for (let tries = 0; tries < 100; tries++) {
    const answered = await fetch(url, { signal: AbortSignal.timeout(2000) }).then(
      (response) => response.ok,
      () => false
    )
    if (answered) return
    await wait(100)
  }
  throw new Error(`nothing answers at ${url}\n${app.printed()}`)
}

/** The server of the networking demo answers wrk without a failed request, and stops when told to. */
export const serves: Check = async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/`
  const app = startApp(["networking", "--serve", "--port", String(port)])
  try {
    await untilItAnswers(url, app)
    const wrk = await run("wrk", ["-t2", "-c100", "-d5s", "--timeout", "5s", url], { seconds: 60 })
    const rate = /Requests\/sec:\s+([\d.]+)/.exec(wrk.stdout)?.[1]
    const requests = Number(/(\d+) requests in/.exec(wrk.stdout)?.[1] ?? 0)
    if (wrk.status !== 0 || rate === undefined || requests === 0 || /Socket errors|Non-2xx/.test(wrk.stdout)) {
      throw new Error(`wrk:\n${wrk.stdout}${wrk.stderr}`)
    }
    app.process.kill("SIGTERM")
    const status = await within(15, app, app.ended)
    if (status !== 0 && status !== 143 && status !== 130) throw new Error(`ended with ${status}\n${app.printed()}`)
    return `${requests} requests, ${rate} a second, none failed; SIGTERM ended it with status ${status}`
  } finally {
    app.process.kill("SIGKILL")
  }
}

/** Ctrl-C ends a demo cleanly, with status 130. */
export const endsByCtrlC =
  (demo: "networking" | "scraping" | "database"): Check =>
  async () => {
    const app = startApp([demo])
    await within(30, app, app.firstOutput)
    const asked = performance.now()
    app.process.kill("SIGINT")
    const status = await within(15, app, app.ended)
    const took = Math.round(performance.now() - asked)
    if (status !== 130) throw new Error(`ended with ${status} instead of 130\n${app.printed()}`)
    if (/^\s+at .*:\d+/m.test(app.printed())) throw new Error(`printed a stack trace\n${app.printed()}`)
    return `status 130 after ${took} ms`
  }

interface Mistake {
  readonly args: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  /** What the answer must be about. */
  readonly about: RegExp
}

const answersInOneLine = async ({ args, env, about }: Mistake): Promise<void> => {
  const app = startApp(args, env)
  let stderr = ""
  app.process.stderr?.on("data", (text: string) => (stderr += text))
  const status = await within(30, app, app.ended)
  const [line = "", ...more] = stderr.trim().split("\n")
  if ((status !== 1 && status !== 2) || more.length > 0 || !about.test(line)) {
    throw new Error(`"${args.join(" ")}" ended with ${status} and said\n${stderr}`)
  }
  console.log(`${args.join(" ")} -> ${status}: ${line}`)
}

/** Bad input gets one clear line on stderr and status 1 or 2. */
export const refusesBadInput: Check = async () => {
  const port = await freePort()
  const taken = createServer().listen(port, "127.0.0.1")
  const mistakes: ReadonlyArray<Mistake> = [
    { args: ["juggling"], about: /juggling/ },
    { args: ["scraping", "ftp//nowhere"], about: /ftp\/\/nowhere/ },
    { args: ["scraping", "--dir", "/no/such/folder"], about: /^(?!Unknown).*\/no\/such\/folder/ },
    { args: ["networking", "--serve", "--port", String(port)], about: new RegExp(String(port)) },
    {
      args: ["database"],
      env: { DATABASE_URL: "postgres://nobody@127.0.0.1:9/none" },
      about: /127\.0\.0\.1:9|DATABASE_URL/
    }
  ]
  try {
    for (const mistake of mistakes) await answersInOneLine(mistake)
    return `${mistakes.length} mistakes, one line each`
  } finally {
    taken.close()
  }
}
