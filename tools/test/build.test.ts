import { rolldown } from "rolldown"
import { describe, expect, it } from "vitest"
import { markPureCalls } from "../build/markPureCalls.ts"

const marked = (code: string): string => markPureCalls("module.ts", code).toString()

/** What a bundler keeps of a module when nothing of it is used. */
const keptOf = async (code: string): Promise<string> => {
  const file = "/module.ts"
  const bundle = await rolldown({
    input: file,
    external: ["effect/Context", "effect/Data"],
    treeshake: { moduleSideEffects: (id) => id === file },
    plugins: [
      { name: "in-memory", resolveId: (id) => (id === file ? id : null), load: (id) => (id === file ? code : null) }
    ]
  })
  const { output } = await bundle.generate({ format: "esm", minify: true })
  await bundle.close()
  return output[0].code
}

const module = `
import * as Context from "effect/Context"
import * as Data from "effect/Data"
const table = new WeakMap<object, number>()
const first = Context.Reference<number>("first", { defaultValue: () => Context.size(table) })
const second = Context.get(Context.empty(), first)
class Failed extends Data.TaggedError("Failed")<{ readonly at: number }> {}
class Kept extends Context.Service<Kept, number>()("Kept") {}
`

describe("the build", () => {
  it("marks the calls that a declaration makes when the module is loaded, in arguments and after extends too", () => {
    expect(marked(`export const second = get(empty(), new Map())`)).toBe(
      `export const second = /*#__PURE__*/ get(/*#__PURE__*/ empty(), /*#__PURE__*/ new Map())`
    )
    expect(marked(`class Failed extends Data.TaggedError("Failed")<{ at: number }> {}`)).toBe(
      `class Failed extends /*#__PURE__*/ Data.TaggedError("Failed")<{ at: number }> {}`
    )
  })

  it("leaves alone what runs later, and a call that is there for what it does", () => {
    for (const code of [
      `export const later = () => load(now())`,
      `class Later {\n  at = now()\n  load() { return load(this.at) }\n}`,
      `install()`
    ]) {
      expect(marked(code)).toBe(code)
    }
  })

  it("leaves nothing for a bundler to keep of declarations that nobody uses", async () => {
    const kept = await keptOf(marked(module))
    expect(kept).not.toMatch(/Reference|TaggedError|Service|get|empty/)
    expect(await keptOf(module)).toMatch(/Reference.*TaggedError/s)
  })
})
