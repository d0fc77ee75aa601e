/**
 * Builds the package in whose folder it is run: its declarations by `tsc`, and what each of its exports runs as one
 * file (docs/adr/0007). The same for every package: what it exports stands in its `publishConfig`.
 */
import { globSync, readFileSync, rmSync } from "node:fs"
import { basename, join } from "node:path"
import { rolldown } from "rolldown"
import { markPureCalls } from "./build/markPureCalls.ts"
import { runOrThrow } from "./command.ts"

const folder = process.cwd()

interface Published {
  readonly publishConfig: { readonly exports: Readonly<Record<string, string | { readonly default: string }>> }
}

/** The modules that users can import: `dist/index.js` is made from `src/index.ts`. */
const entries = (): Record<string, string> => {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Published
  const built = Object.values(manifest.publishConfig.exports).flatMap((to) =>
    typeof to === "string" ? [] : to.default
  )
  return Object.fromEntries(
    built.map((file) => [basename(file, ".js"), file.replace(/^\.\/dist\/(.*)\.js$/, "./src/$1.ts")])
  )
}

const declarations = async () => {
  await runOrThrow("tsc", ["-b", "tsconfig.build.json", "--emitDeclarationOnly"], { cwd: folder })
}

const code = async () => {
  const bundle = await rolldown({
    cwd: folder,
    input: entries(),
    external: [/^[^./]/],
    platform: "neutral",
    plugins: [{ name: "mark-pure-calls", transform: (module, file) => ({ code: markPureCalls(file, module) }) }],
    experimental: { nativeMagicString: true }
  })
  for (const stale of globSync("dist/**/*.{js,js.map}", { cwd: folder })) rmSync(join(folder, stale))
  // Not minified: what users see in a stack trace is what was written. The sources are shipped beside it.
  await bundle.write({ dir: "dist", sourcemap: true, sourcemapExcludeSources: true, chunkFileNames: "[name].js" })
  await bundle.close()
}

await declarations()
await code()
