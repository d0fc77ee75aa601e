/** Proof that what runs in the copy is the mutant: a package that throws as it is loaded fails tests and scenarios. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { Copy } from "./Copy.ts"
import { mutated } from "./sites.ts"
import { runScenarios, runTests } from "./tests.ts"

const oneTest = "packages/ferrule/test/index.test.ts"

/** Throws when one of the packages is loaded from elsewhere. */
export const proveCopy = async (copy: Copy, root: string): Promise<void> => {
  const ask = async () => [await runTests(copy, [oneTest], 1000), await runScenarios(copy, ["TG-01"])]
  const untouched = await ask()
  if (untouched.some((failed) => failed !== undefined)) {
    throw new Error(`in the copy ${String(untouched.find((failed) => failed !== undefined))} fails as it is`)
  }
  for (const name of mutated) {
    const file = `packages/${name}/src/index.ts`
    copy.write(file, `${readFileSync(join(root, file), "utf8")}\nthrow new Error("loaded")\n`)
    const failed = await ask()
    copy.restore(file)
    if (failed.includes(undefined)) throw new Error(`a ${name} that throws as it is loaded is not noticed in the copy`)
  }
}
