/** How much a bundler makes a user's users download. */
import { spawnSync } from "node:child_process"
import { copyFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { rolldown } from "rolldown"
import type { Staged } from "./stagePackages.ts"

const minified = async (input: string, external: ReadonlyArray<RegExp>): Promise<string> => {
  const bundle = await rolldown({ input, external: [...external], platform: "node" })
  const { output } = await bundle.generate({ format: "esm", minify: true })
  await bundle.close()
  return output.map((file) => (file.type === "chunk" ? file.code : "")).join("")
}

const kilobytes = (code: string): number => gzipSync(code, { level: 9 }).length / 1000

/** A package's own code: everything it exports, without Effect and without the packages it stands on. */
export const ownSize = async (staged: Staged, name: string): Promise<number> => {
  const code = await minified(join(staged.folder, "node_modules", name, "dist", "index.js"), [
    /^effect(\/|$)/,
    /^@ferrule\//
  ])
  // An index that exports nothing but other packages has next to no code; a bundle without any is a mistake here.
  if (!code.includes("export")) throw new Error(`the bundle of ${name} exports nothing`)
  return kilobytes(code)
}

/** A whole app, with what it uses of Effect. It has to run as bundled. */
export const appSize = async (staged: Staged, app: string): Promise<number> => {
  const entry = join(staged.folder, app)
  copyFileSync(join(import.meta.dirname, app), entry)
  const code = await minified(entry, [])
  const bundled = join(staged.folder, "bundled.mjs")
  writeFileSync(bundled, code)
  const ended = spawnSync(process.execPath, [bundled], { encoding: "utf8" })
  if (ended.stdout.trim() !== "3") throw new Error(`${app}, bundled, printed ${ended.stdout}${ended.stderr}`)
  return kilobytes(code)
}
