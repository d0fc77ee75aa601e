/** A PostgreSQL cluster of its own, in a folder that goes away with it. */
import { spawnSync } from "node:child_process"
import { chownSync, mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { runOrThrow } from "../command.ts"

const programs = "/usr/lib/postgresql/15/bin"
const pgCtl = join(programs, "pg_ctl")

/** A TCP port nobody listens on right now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().on("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })

/** PostgreSQL refuses to run as root, so everything is done as its own user. */
const asPostgres = (program: string, ...args: ReadonlyArray<string>) =>
  runOrThrow("runuser", ["-u", "postgres", "--", join(programs, program), ...args], { cwd: "/", seconds: 120 })

const userId = async (flag: "-u" | "-g"): Promise<number> =>
  Number((await runOrThrow("id", [flag, "postgres"])).stdout.trim())

/** Starts a cluster, hands its address to `body`, and stops it whatever happens. */
export const withPostgres = async <A>(body: (url: string) => Promise<A>): Promise<A> => {
  const folder = mkdtempSync(join(tmpdir(), "ferrule-postgres-"))
  const data = join(folder, "data")
  chownSync(folder, await userId("-u"), await userId("-g"))
  const port = await freePort()
  // Also when this process is told to end: a cluster left running would outlive it.
  const stop = () => spawnSync("runuser", ["-u", "postgres", "--", pgCtl, "stop", "-m", "immediate", "-D", data])
  process.once("exit", stop)
  try {
    await asPostgres("initdb", "-D", data, "-U", "ferrule", "--auth=trust", "-E", "UTF8", "--no-sync")
    const options = `-h 127.0.0.1 -p ${port} -k ${folder}`
    await asPostgres("pg_ctl", "start", "-w", "-D", data, "-o", options, "-l", join(folder, "log"))
    return await body(`postgres://ferrule@127.0.0.1:${port}/postgres`)
  } finally {
    process.removeListener("exit", stop)
    stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
