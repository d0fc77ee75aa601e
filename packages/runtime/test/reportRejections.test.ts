import { execFile } from "node:child_process"
import { describe, expect, it } from "vitest"
import { CancelNode } from "../src/index.ts"
import { type Ask, askFor } from "../src/internal/Rejections.ts"

interface Ended {
  readonly status: number | string
  readonly lines: ReadonlyArray<string>
  readonly stderr: string
}

const file = new URL("./support/rejections.ts", import.meta.url).pathname

const run = (program: string): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [file, program], { timeout: 15_000 }, (error, stdout, stderr) => {
      resolve({ status: error?.code ?? error?.signal ?? 0, lines: stdout.trim().split("\n"), stderr })
    })
  })

/** How a program ends that ends well. */
const well = (...lines: ReadonlyArray<string>): Ended => ({ status: 0, lines, stderr: "" })

/** How a program ends that Node ends because of an error. */
const crashed = (error: RegExp, ...lines: ReadonlyArray<string>) => ({
  status: 1,
  lines: lines.length === 0 ? [""] : lines,
  // Sound: a matcher stands for the text.
  stderr: expect.stringMatching(error) as string
})

describe.concurrent("reportRejections", () => {
  it("tells the failure hook in whose code a promise was rejected, however it came to be", async () => {
    const { lines, status } = await run("reports")
    expect(status).toBe(0)
    expect(lines.toSorted()).toEqual([
      "hook: rejection in inner: inner",
      "hook: rejection in outer: after a wait",
      "hook: rejection in outer: async function",
      "hook: rejection in outer: direct",
      "hook: rejection in outer: forked",
      "hook: rejection in outer: timer"
    ])
  })

  it("a rejection that is nobody's ends the process with the original error", async () => {
    expect(await run("nobodys")).toEqual(crashed(/Error: nobody's\n\s+at .*rejections\.ts/))
  })

  it("a rejection without an error ends the process, too", async () => {
    expect(await run("no error")).toEqual(crashed(/a text/))
  })

  it("when the ask has ended Node does by itself what it does", async () => {
    expect(await run("ended ask")).toEqual(crashed(/Error: too late/, "listeners 0"))
  })

  it("what was rejected in the last moment of the ask is reported", async () => {
    expect(await run("last moment")).toEqual(well("hook: rejection in scope: last moment", "listeners 0"))
  })

  it("the end of the ask waits for its reports", async () => {
    expect(await run("slow hook")).toEqual(well("rejection in scope: slowly", "ended"))
  })

  it("where the program listens by itself, it gets every rejection and nothing is thrown", async () => {
    expect(await run("the program's own listener")).toEqual(
      well("own listener: Error: ours", "hook: rejection in scope: ours", "own listener: Error: nobody's", "still here")
    )
  })

  it("of several rejections in one turn each is thrown", async () => {
    expect(await run("two of nobody")).toEqual(well("uncaught: one", "uncaught: two"))
  })

  it("two asks share a listener, and the innermost gets the report", async () => {
    expect(await run("two asks")).toEqual(
      well(
        "listeners 1",
        "inner hook: rejection in first: inner",
        "listeners 1",
        "outer hook: rejection in second: second"
      )
    )
  })

  it("an ask in a scope is not for what runs beside it", async () => {
    expect(await run("ask beside")).toEqual(crashed(/Error: beside/))
  })

  it("the code that asks is known from then on", async () => {
    expect(await run("ask's own code")).toEqual(
      well("hook: rejection in scope: own", "hook: rejection in scope: own later")
    )
  })

  it("the code that started the fiber which asks is not taken for it", async () => {
    expect(await run("caller's code")).toEqual(crashed(/Error: the caller's/))
  })

  it("what another copy of the library has reported is not thrown", async () => {
    expect(await run("other copy reports")).toEqual(well("still here"))
  })

  it("the last of several copies decides", async () => {
    expect(await run("other copy comes last")).toEqual(well("still here"))
    expect(await run("other copy comes first")).toEqual(crashed(/Error: nobody's/))
  })

  it("where there is no Node it is a defect that says so", async () => {
    const { lines, status } = await run("no Node")
    expect(status).toBe(0)
    expect(lines.join()).toMatch(/"Failure".*cannot report floating rejections/)
  })
})

describe("askFor", () => {
  const below = (parent: CancelNode | undefined): CancelNode => {
    const node = new CancelNode("node")
    node.attach(parent)
    return node
  }
  const root = below(undefined)
  const child = below(root)
  const grandchild = below(child)
  const ask = (node: CancelNode | undefined) => ({ node }) as Ask

  it("is the innermost ask around the node", () => {
    const [everywhere, atRoot, atChild] = [ask(undefined), ask(root), ask(child)]
    expect(askFor([atChild, everywhere, atRoot], grandchild)).toBe(atChild)
    expect(askFor([atRoot, everywhere], grandchild)).toBe(atRoot)
    expect(askFor([everywhere, ask(grandchild)], child)).toBe(everywhere)
  })

  it("is the last of equal ones", () => {
    const [first, second] = [ask(child), ask(child)]
    expect(askFor([first, second], child)).toBe(second)
  })

  it("is none where all asks are beside the node", () => {
    expect(askFor([ask(below(root)), ask(grandchild)], child)).toBe(undefined)
  })
})
