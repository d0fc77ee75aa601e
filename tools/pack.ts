/** Packs the public packages as npm would get them. */
import { globSync, mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { runOrThrow } from "./command.ts"
import { type Project, publicPackages, root } from "./workspace.ts"

export interface Packed extends Project {
  /** Absolute path. */
  readonly tarball: string
  /** Paths of the files in it, without the leading `package/`. */
  readonly files: ReadonlyArray<string>
}

const packOne = async (project: Project, folder: string): Promise<Packed> => {
  const into = join(folder, project.folder)
  mkdirSync(into, { recursive: true })
  await runOrThrow("pnpm", ["pack", "--pack-destination", into], { cwd: join(root, project.folder) })
  const [tarball] = globSync(join(into, "*.tgz"))
  if (tarball === undefined) throw new Error(`${project.name}: pnpm pack made no tarball`)
  const listing = await runOrThrow("tar", ["-tzf", tarball])
  const files = listing.stdout
    .trim()
    .split("\n")
    .map((file) => file.replace(/^package\//, ""))
  return { ...project, tarball, files }
}

/** Builds all packages from clean, and packs them into `folder`. */
export const packAll = async (folder: string): Promise<ReadonlyArray<Packed>> => {
  for (const project of publicPackages()) rmSync(join(root, project.folder, "dist"), { recursive: true, force: true })
  await runOrThrow("pnpm", ["run", "build"])
  const packed: Array<Packed> = []
  for (const project of publicPackages()) packed.push(await packOne(project, folder))
  return packed
}
