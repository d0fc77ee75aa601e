/**
 * A process that runs one peer of one workload, seen from outside.
 *
 * starting -> ready, or skipped where its language or library is not installed; any other end before that is an error.
 * ready -> a sample for each size it is given. A process that ends by itself, or is killed because it took too long, has
 * died, and so have all samples after that.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { goProgram } from "./goProgram.ts"
import type { Workload } from "./Workload.ts"

export interface Sample {
  /** Null when the times of one sample differ in it. */
  readonly answer: number | null
  readonly value: number
  /** Nanoseconds that the thread worked over what `value` measures. */
  readonly cpu: number
  readonly whole: number
  readonly rss: number
  /** Full collections of garbage, in each time the work was done; where they are counted. */
  readonly collections?: number
}

export type Ready = { readonly _tag: "Ready" } | { readonly _tag: "Skipped"; readonly why: string }

/** A peer that takes longer than this for one sample counts as dead. */
const secondsPerSample = 60

const commandOf = (workload: Workload, peer: string): readonly [string, ReadonlyArray<string>] => {
  if (peer === "asyncio" || peer === "trio") {
    return ["python3", [join(import.meta.dirname, "..", "python", "worker.py"), workload.python ?? "", peer]]
  }
  if (peer === "go") return [goProgram() ?? "go", [workload.name]]
  const flags = ["--max-old-space-size=1500", ...(workload.unit === "B" ? ["--expose-gc"] : [])]
  return [process.execPath, [...flags, join(import.meta.dirname, "worker.ts"), workload.name, peer]]
}

export class PeerProcess {
  readonly #child: ChildProcess
  readonly #lines: Array<string> = []
  #wake: () => void = () => undefined
  #ended: string | undefined
  #missing: string | undefined
  #complaint = ""
  readonly #name: string

  constructor(workload: Workload, peer: string) {
    const [program, args] = commandOf(workload, peer)
    // All the others have one thread for their work.
    const env = { ...process.env, GOMAXPROCS: "1" }
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], env })
    this.#child = child
    this.#name = `${workload.name}: ${peer}`
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.#lines.push(line)
      this.#wake()
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-4000)
    })
    // What is written to a process that has just died is told by its end.
    child.stdin.on("error", () => undefined)
    child.on("error", (error) => {
      this.#missing = error.message
      this.#end("cannot be started")
    })
    child.on("close", (code, signal) => this.#end(code === null ? `ended by ${signal}` : `ended with status ${code}`))
  }

  #end(how: string) {
    this.#ended ??= how
    this.#wake()
  }

  async #line(isWanted: (line: string) => boolean): Promise<string | undefined> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), secondsPerSample * 1000)
    try {
      while (true) {
        const line = this.#lines.shift()
        if (line !== undefined && isWanted(line)) return line
        if (line !== undefined) continue
        if (this.#ended !== undefined) return undefined
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    } finally {
      clearTimeout(timer)
    }
  }

  /** Waits until the peer is loaded. */
  async ready(): Promise<Ready> {
    const line = await this.#line((line) => line === "ready" || line.startsWith("skip "))
    if (line === "ready") return { _tag: "Ready" }
    if (line !== undefined) return { _tag: "Skipped", why: line.slice("skip ".length) }
    if (this.#missing !== undefined) return { _tag: "Skipped", why: this.#missing }
    throw new Error(`${this.#name} does not start: it ${this.#ended}\n${this.#complaint}`)
  }

  /** One sample, the work done so many times, or undefined when the process died over it. */
  async sample(size: number, times: number): Promise<Sample | undefined> {
    if (this.#ended !== undefined) return undefined
    this.#child.stdin?.write(`${size} ${times}\n`)
    const line = await this.#line((line) => line.startsWith("sample "))
    // Sound: the worker at the other end writes this line from a `Sample`.
    return line === undefined ? undefined : (JSON.parse(line.slice("sample ".length)) as Sample)
  }

  /** How it died, in a line. */
  get death(): string {
    const lines = this.#complaint.trim().split("\n")
    const error = lines.find((line) => /^\w*Error\b|^FATAL/.test(line)) ?? lines[0] ?? ""
    return `${this.#ended ?? "lives"}: ${error}`
  }

  stop(): void {
    this.#child.kill("SIGKILL")
  }
}
