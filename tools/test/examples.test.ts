import { describe, expect, it } from "vitest"
import { examplesOfSource } from "../examples/docstrings.ts"
import { examplesIn, programIn } from "../examples/Example.ts"

const where = (line: number) => `guide:${line}`
const markdown = (...lines: ReadonlyArray<string>) => examplesIn(lines.join("\n"), where)

describe("examples of Markdown", () => {
  it("print what the text fence right after them shows", () => {
    expect(markdown("# Title", "```ts", "one()", "```", "", "```text", "1", "2", "```")).toEqual([
      { at: "guide:1", code: "one()\n", output: "1\n2", checkOnly: false }
    ])
  })

  it("do not print a text fence that stands apart", () => {
    expect(markdown("```ts", "one()", "```", "so:", "```text", "1", "```")[0]?.output).toBeUndefined()
  })

  it("print what their comments show, in order", () => {
    expect(markdown("```ts", "log(1) // => 1", "// => 2", "```")[0]?.output).toBe("1\n2")
  })

  it("may be type-checked only, and nothing less", () => {
    expect(markdown("```ts no-run", "serve()", "```")[0]?.checkOnly).toBe(true)
    expect(() => markdown("```ts no-check", "serve()", "```")).toThrow("guide:0")
  })

  it("may not promise two different outputs", () => {
    expect(() => markdown("```ts", "log(1) // => 1", "```", "```text", "2", "```")).toThrow("different output")
  })

  it("are not the fences of other languages", () => {
    expect(markdown("```sh", "npm test", "```", "```json", "{}", "```")).toEqual([])
  })
})

describe("examples of docstrings", () => {
  const source = (...lines: ReadonlyArray<string>) =>
    ["const before = 0", "/**", ...lines.map((line) => ` * ${line}`), " */", "export const one = 1"].join("\n")

  it("are found by file and line", () => {
    expect(
      examplesOfSource("a.ts", source("One.", "", "@example Two", "```ts", "log(1) // => 1", "```", "@since 1"))
    ).toEqual([{ at: "a.ts:6", code: "log(1) // => 1\n", output: "1", checkOnly: false }])
  })

  it("stand in a ts fence", () => {
    expect(() => examplesOfSource("a.ts", source("One.", "@example Two", "log(1)"))).toThrow("without a ts fence")
  })
})

describe("programs", () => {
  it("print what their comments show", () => {
    expect(programIn("log(1)\n// => 1\n", "one.ts")).toEqual({
      at: "one.ts",
      code: "log(1)\n// => 1\n",
      output: "1",
      checkOnly: false
    })
  })

  it("show what they print", () => {
    expect(() => programIn("log(1)\n", "one.ts")).toThrow("one.ts")
  })
})
