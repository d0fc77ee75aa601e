/** A throw-away repository to break one rule in. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { root } from "../workspace.ts"

/** File contents by path; an object is written as JSON. */
export type Files = Readonly<Record<string, string | object>>

const sound: Files = {
  "package.json": { name: "house", private: true, devDependencies: { vitest: "1" } },
  "packages/runtime/package.json": { name: "@ferrule/runtime", peerDependencies: { effect: "1" } },
  "packages/runtime/src/index.ts": `export { one } from "./one.ts"\n`,
  "packages/runtime/src/one.ts": `import type * as Effect from "effect/Effect"\nexport const one: Effect.Effect<1> | 1 = 1\n`,
  "packages/channel/package.json": {
    name: "@ferrule/channel",
    dependencies: { "@ferrule/runtime": "1" },
    peerDependencies: { effect: "1" }
  },
  "packages/channel/src/index.ts": `export * as Channel from "./Channel.ts"\n`,
  "packages/channel/src/Channel.ts": `import { one } from "@ferrule/runtime"\nexport const make = () => one\n`,
  "packages/channel/test/Channel.test.ts": `import { it } from "vitest"\nit("is made at once [CH-01]", () => {})\n`
}

/** Runs `body` with the folder of a small sound repository in which `broken` was written over. */
export const withRepository = <A>(broken: Files, body: (base: string) => A): A => {
  const base = mkdtempSync(join(tmpdir(), "ferrule-house-"))
  try {
    for (const [path, content] of Object.entries({ ...sound, ...broken })) {
      mkdirSync(dirname(join(base, path)), { recursive: true })
      writeFileSync(join(base, path), typeof content === "string" ? content : JSON.stringify(content))
    }
    return body(base)
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
}

/** A folder outside the repository in which its dependencies can be imported. */
export const planted = (files: Files): { readonly folder: string; readonly remove: () => void } => {
  const folder = mkdtempSync(join(tmpdir(), "ferrule-planted-"))
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
  for (const [path, content] of Object.entries(files)) {
    writeFileSync(join(folder, path), typeof content === "string" ? content : JSON.stringify(content))
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
