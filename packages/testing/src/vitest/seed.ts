const variable = "FERRULE_SEED"

interface Platform {
  readonly env?: Readonly<Record<string, string | undefined>>
}

const fromEnvironment = (): number | undefined => {
  const given = (globalThis as { readonly process?: Platform }).process?.env?.[variable]
  if (given === undefined || given === "") return undefined
  const seed = Number(given)
  if (Number.isSafeInteger(seed)) return seed
  throw new RangeError(
    `${variable} is ${JSON.stringify(given)}. Set it to the whole number that a failed test has shown.`
  )
}

/** What the test says, or else what the environment does; or else another one in each run. */
export const seedOf = (given: number | undefined): number =>
  given ?? fromEnvironment() ?? Math.floor(Math.random() * 2 ** 31)

const inQuotes = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`

const asPattern = (name: string): string => name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

interface Named {
  readonly name: string
  readonly file: { readonly name: string }
}

/** How to run a test again as it was. */
export const howToRepeat = (seed: number, test: Named): string =>
  `seed ${seed}. To run it again: ${variable}=${seed} npx vitest run ${test.file.name} -t ${inQuotes(asPattern(test.name))}`
