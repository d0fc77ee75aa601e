/**
 * Builds the package in whose folder it is run: its declarations by `tsc`, and what each of its exports runs as one
 * file (docs/adr/0007). The same for every package: what it exports stands in its `publishConfig`.
 */
import { existsSync, globSync, readFileSync, rmSync } from "node:fs"
import { basename, join } from "node:path"
import { rolldown } from "rolldown"
import { markPureCalls } from "./build/markPureCalls.ts"
import { runOrThrow } from "./command.ts"

const folder = process.cwd()
/** The script of the page that a package may serve. */
const page = "./src/page/page.ts"

interface Published {
  readonly publishConfig: {
    readonly exports: Readonly<Record<string, string | { readonly default: string }>>
    readonly bin?: Readonly<Record<string, string>>
  }
}

/** The modules that users can import, and the commands: `dist/index.js` is made from `src/index.ts`. */
const entries = (): Record<string, string> => {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Published
  const { bin = {}, exports } = manifest.publishConfig
  const modules = Object.values(exports).flatMap((to) => (typeof to === "string" ? [] : to.default))
  const built = [...modules, ...Object.values(bin)]
  return Object.fromEntries(
    built.map((file) => [basename(file, ".js"), file.replace(/^\.\/dist\/(.*)\.js$/, "./src/$1.ts")])
  )
}

const declarations = async () => {
  await runOrThrow("tsc", ["-b", "tsconfig.build.json", "--emitDeclarationOnly"], { cwd: folder })
}

/** Each of `input` in one file of `dist`, beside what several of them share. */
const bundled = async (input: Record<string, string>, platform: "neutral" | "browser") => {
  const bundle = await rolldown({
    cwd: folder,
    input,
    external: [/^[^./]/],
    platform,
    plugins: [{ name: "mark-pure-calls", transform: (module, file) => ({ code: markPureCalls(file, module) }) }],
    experimental: { nativeMagicString: true }
  })
  // Not minified: what users see in a stack trace is what was written. The sources are shipped beside it.
  await bundle.write({ dir: "dist", sourcemap: true, sourcemapExcludeSources: true, chunkFileNames: "[name].js" })
  await bundle.close()
}

const code = async () => {
  for (const stale of globSync("dist/**/*.{js,js.map}", { cwd: folder })) rmSync(join(folder, stale))
  await bundled(entries(), "neutral")
  // A page that the package serves shares nothing with what runs in Node.
  if (existsSync(join(folder, page))) await bundled({ page }, "browser")
}

await declarations()
await code()
