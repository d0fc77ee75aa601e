/** The configuration of the repository, with the files in the order in which the runner wants them. */
import { defineConfig, type ViteUserConfig } from "vitest/config"

const root = new URL("../../..", import.meta.url)
// Sound: the configuration of the repository is an object.
const { default: base } = (await import(new URL("vitest.config.ts", root).href)) as { readonly default: ViteUserConfig }

const wanted = (process.env["MUTATION_FILES"] ?? "").split(" ")
const setup = process.env["MUTATION_SETUP"]

interface Spec {
  readonly moduleId: string
}

/** Those that are likely to fail come first. */
class InOrder {
  sort<S extends Spec>(files: ReadonlyArray<S>): ReadonlyArray<S> {
    const place = ({ moduleId }: S): number => wanted.findIndex((file) => moduleId.endsWith(`/${file}`))
    return files.toSorted((a, b) => place(a) - place(b))
  }

  shard<S>(files: S): S {
    return files
  }
}

const test = base.test!
// Sound: they are all inline.
const projects = (
  test.projects as ReadonlyArray<{ readonly test: { readonly setupFiles?: string | Array<string> } }>
).map((project) => ({
  ...project,
  test: {
    ...project.test,
    // Time that ran out will run out again.
    retry: { count: 1, condition: /^(?!.*timed out)/s },
    setupFiles: [project.test.setupFiles ?? [], setup ?? []].flat()
  }
}))

export default defineConfig({
  ...base,
  root: root.pathname,
  // Sound: vitest asks nothing else of a sequencer.
  test: { ...test, projects, sequence: { sequencer: InOrder as never } }
})
