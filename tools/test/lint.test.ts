import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { lintEffects, lintSource } from "../lint.ts"
import { root } from "../workspace.ts"
import { planted } from "./fixture.ts"

const longFunction = `export const long = () => {\n${"  console.log(1)\n".repeat(61)}}\n`
const house = planted({
  "floating.ts": [
    `import * as Effect from "effect/Effect"`,
    `export const effect = Effect.gen(function* () {`,
    `  Effect.succeed(1)`,
    `  yield* Effect.succeed(2)`,
    `})`,
    `export const promise = () => {`,
    `  Promise.resolve(3)`,
    `}`
  ].join("\n"),
  "long.ts": longFunction,
  "tsconfig.json": {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: { noEmit: true, composite: false },
    include: ["*.ts"]
  }
})
const tsconfig = join(house.folder, "tsconfig.json")

afterAll(house.remove)

describe("the linters", () => {
  it("see a floating Effect", async () => {
    const problems = await lintEffects(tsconfig, 2)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain("floating.ts:3:3 floatingEffect")
  })

  it("see a floating promise and a function over its budget", async () => {
    const [problems = ""] = await lintSource([join(house.folder, "floating.ts"), join(house.folder, "long.ts")], 2)
    expect(problems).toContain("no-floating-promises")
    expect(problems).toContain("max-lines-per-function")
    expect(problems).toContain("Found 0 warnings and 2 errors")
  })

  it("fail when they looked at fewer files than there are", async () => {
    const effects = await lintEffects(tsconfig, 3)
    expect(effects).toContain(`${tsconfig}: checked 2 files of 3`)
    const [source = ""] = await lintSource([join(root, "tools", "lint.ts")], 2)
    expect(source).toContain("oxlint checked 1 files of 2")
  })
})
