import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import {
  arrowsThatRunTheWrongWay,
  floors,
  importsOfInternals,
  importsOfVitest,
  undeclaredImports,
  unstableImports
} from "../house/arrows.ts"
import { budgets, filesOverBudget, filesWithoutAConcept, indexesWithCode, unknownScenarios } from "../house/files.ts"
import { rulesWithoutProof } from "../house/semantics.ts"
import { projects, publicPackages, root, sourceFiles } from "../workspace.ts"
import { type Files, withRepository } from "./fixture.ts"

const scenarios = new Set(
  readFileSync(join(root, "conformance/src/scenarioIds.ts"), "utf8").match(/\b[A-Z]{2}-\d+\b/g) ?? []
)

const channel = "packages/channel/src/Channel.ts"
const none: Files = {}
const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => `export const line${index} = ${index} // one\n\n`).join("")

/** Each rule, and a repository that breaks it in one place. */
const rules: ReadonlyArray<{
  readonly claim: string
  readonly find: (base: string) => ReadonlyArray<string>
  readonly breaks: ReadonlyArray<Files>
}> = [
  {
    claim: "no dependency arrow runs the wrong way",
    find: arrowsThatRunTheWrongWay,
    breaks: [
      { "packages/runtime/src/one.ts": `import { Channel } from "@ferrule/channel"\nexport const one = Channel\n` },
      { [channel]: `export type { Group } from "@ferrule/task-group"\n` },
      { [channel]: `export const make = () => import("ferrule")\n` },
      {
        "packages/runtime/package.json": { name: "@ferrule/runtime", dependencies: { "@ferrule/channel": "1" } }
      },
      { "packages/shared/package.json": { name: "@ferrule/shared" }, "packages/shared/src/index.ts": "" }
    ]
  },
  {
    claim: "no project reaches into another's files",
    find: importsOfInternals,
    breaks: [
      { [channel]: `import { one } from "@ferrule/runtime/internal/one"\nexport const make = () => one\n` },
      { [channel]: `import { one } from "../../runtime/src/one.ts"\nexport const make = () => one\n` },
      { [channel]: `import { gone } from "./gone.ts"\nexport const make = () => gone\n` },
      { "packages/channel/test/deep.test.ts": `import { one } from "@ferrule/runtime/src/one.ts"\nvoid one\n` }
    ]
  },
  {
    claim: "every import is declared in package.json",
    find: undeclaredImports,
    breaks: [
      { [channel]: `import { Parser } from "htmlparser2"\nexport const make = () => Parser\n` },
      { [channel]: `import { it } from "vitest"\nexport const make = () => it\n` },
      { "packages/channel/test/x.test.ts": `import * as fc from "fast-check"\nvoid fc\n` }
    ]
  },
  {
    claim: "vitest is asked for by the helper for it, and by nothing else",
    find: importsOfVitest,
    breaks: [{ [channel]: `import { it } from "vitest"\nexport const make = () => it\n` }]
  },
  {
    claim: "packages stand on Effect's stable modules, each by its own path",
    find: unstableImports,
    breaks: [
      { [channel]: `import { HttpClient } from "effect/http"\nexport const make = () => HttpClient\n` },
      { [channel]: `import * as Sql from "effect/sql/SqlClient"\nexport const make = () => Sql\n` },
      { [channel]: `import * as Graph from "effect/Graph"\nexport const make = () => Graph\n` },
      { [channel]: `import { Effect } from "effect"\nexport const make = () => Effect\n` }
    ]
  },
  {
    claim: "an index holds re-exports and nothing else",
    find: indexesWithCode,
    breaks: [
      { "packages/channel/src/index.ts": `export const make = 1\n` },
      { "packages/channel/src/index.ts": `import "./Channel.ts"\n` }
    ]
  },
  {
    claim: "no file exceeds its budget",
    find: filesOverBudget,
    breaks: [
      { [channel]: lines(budgets.file + 1) },
      { "packages/channel/test/long.test.ts": lines(budgets.test + 1) },
      { "tools/package.json": { name: "@ferrule/tools", private: true }, "tools/long.ts": lines(budgets.tool + 1) }
    ]
  },
  {
    claim: "a file is named after its concept",
    find: filesWithoutAConcept,
    breaks: [{ "packages/channel/src/utils.ts": `export const one = 1\n` }]
  },
  {
    claim: "every scenario a test names exists",
    find: (base) => unknownScenarios(base, scenarios),
    breaks: [
      { "packages/channel/test/Channel.test.ts": `it("is made at once [CH-99]", () => {})\n` },
      { "packages/channel/test/Channel.test.ts": `it("is made at once [CH-01, TG-00]", () => {})\n` }
    ]
  },
  {
    claim: "every rule of the semantics names what pins it",
    find: (base) => rulesWithoutProof(base, scenarios),
    breaks: [
      { "docs/semantics.md": "- **S-1** A channel is made at once.\n" },
      {
        "docs/semantics.md":
          "- **S-2** A channel is made at once. [CH-01]\n- **S-2** A channel is made at once. [CH-01]\n"
      },
      { "docs/semantics.md": "- **S-1** A channel is made at once. [CH-01, CH-99]\n" },
      { "docs/semantics.md": "- **S-1** A channel is made at once. [CH-02]\n" },
      { "docs/semantics.md": "- **S-1** A channel is made at once. [`packages/channel/test/gone.test.ts`]\n" },
      {
        "docs/semantics.md": "- **S-1** A channel is made at once. [`docs/test/one.test.ts`]\n",
        "docs/test/one.test.ts": `it("is made at once [S-2]", () => {})\n`
      }
    ]
  }
]

describe.each(rules)("$claim", ({ find, breaks }) => {
  it("holds in this repository", () => {
    expect(find(root)).toEqual([])
  })

  it("holds in a sound repository", () => {
    expect(withRepository(none, find)).toEqual([])
  })

  it.each(breaks.map((files) => [JSON.stringify(files).slice(0, 90), files] as const))(
    "is seen to be broken by %s",
    (_, files) => {
      expect(withRepository(files, find)).toHaveLength(1)
    }
  )
})

describe("the rules look at what is there", () => {
  it("sees every package and its sources", () => {
    expect(publicPackages().map((project) => project.name)).toEqual(expect.arrayContaining(Object.keys(floors)))
    expect(publicPackages().filter((project) => sourceFiles(project).length === 0)).toEqual([])
    expect(projects().map((project) => project.folder)).toEqual(
      expect.arrayContaining(["apps/demo", "conformance", "docs", "tools"])
    )
  })

  it("knows the 189 scenarios", () => {
    expect(scenarios.size).toBe(189)
  })
})

describe("releases", () => {
  it("move all public packages together, and no private one", () => {
    const config = JSON.parse(readFileSync(join(root, ".changeset/config.json"), "utf8")) as {
      readonly fixed: ReadonlyArray<ReadonlyArray<string>>
    }
    expect(config.fixed.map((group) => group.toSorted())).toEqual([
      publicPackages()
        .map((project) => project.name)
        .toSorted()
    ])
  })
})
