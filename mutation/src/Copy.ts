/** A copy of the repository in which one mutant after another is made: the work tree itself is never touched. */
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const copied = ["packages", "conformance", "mutation", "docs/semantics.md"]
/** Files of the root: configuration, and what tests are set up with. */
const files = "*.{ts,json,yaml}"
const left = /\/(dist|coverage|\.turbo)$/

export class Copy {
  readonly folder: string
  private readonly root: string

  constructor(root: string) {
    this.root = root
    this.folder = mkdtempSync(join(tmpdir(), "ferrule-mutation-"))
    for (const name of copied) {
      // Links stay relative: a package finds its neighbours in the copy.
      cpSync(join(root, name), join(this.folder, name), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (path) => !left.test(path)
      })
    }
    for (const name of globSync(files, { cwd: root })) cpSync(join(root, name), join(this.folder, name))
    this.linkDependencies()
  }

  /** Dependencies are shared, but the links to the packages themselves must lead into the copy. */
  private linkDependencies(): void {
    const from = join(this.root, "node_modules")
    const to = join(this.folder, "node_modules")
    mkdirSync(to)
    for (const name of readdirSync(from)) {
      if (name === "@ferrule") cpSync(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true })
      else if (!name.startsWith(".vite")) symlinkSync(join(from, name), join(to, name))
    }
  }

  path(file: string): string {
    return join(this.folder, file)
  }

  write(file: string, code: string): void {
    writeFileSync(this.path(file), code)
  }

  /** Takes the file of the work tree again. */
  restore(file: string): void {
    this.write(file, readFileSync(join(this.root, file), "utf8"))
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
