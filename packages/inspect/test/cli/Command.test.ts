import { describe, expect, it } from "vitest"
import { commandOf } from "../../src/cli/Command.ts"

const read = (line: string) => commandOf(line === "" ? [] : line.split(" "))

const wrong = (line: string): string => {
  const command = read(line)
  return command._tag === "wrong" ? command.message : `understood as ${command._tag}`
}

describe("the command line", () => {
  it("names one of five commands and what they want [S-329]", () => {
    expect(read("ps")).toEqual({ _tag: "ps", pid: undefined, json: false })
    expect(read("tree --json --pid 12")).toEqual({ _tag: "tree", pid: 12, json: true })
    expect(read("top --every 250")).toEqual({ _tag: "top", pid: undefined, every: 250 })
    expect(read("why fetch --pid 3")).toEqual({ _tag: "why", pid: 3, task: "fetch" })
    expect(read("web --port 8080")).toEqual({ _tag: "web", pid: undefined, port: 8080 })
    for (const line of ["", "help", "--help", "ps -h"]) expect(read(line)._tag).toBe("help")
    expect(read("--version")._tag).toBe("version")
  })

  it("is refused with what is wrong in it [S-329]", () => {
    expect(wrong("pstree")).toBe('there is no command "pstree"')
    expect(wrong("ps 12")).toBe('ps takes no "12"')
    expect(wrong("why")).toBe("why wants one task: its name, or its number as ps shows it")
    expect(wrong("why a b")).toBe("why wants one task: its name, or its number as ps shows it")
    expect(wrong("ps --pid 0")).toBe('--pid must be a whole number from 1 to 2147483647, not "0"')
    expect(wrong("ps --pid x")).toBe('--pid must be a whole number from 1 to 2147483647, not "x"')
    expect(wrong("top --every 1.5")).toBe('--every must be a whole number from 50 to 86400000, not "1.5"')
    expect(wrong("web --port 70000")).toBe('--port must be a whole number from 0 to 65535, not "70000"')
    expect(wrong("ps --colour")).toContain("--colour")
  })
})
