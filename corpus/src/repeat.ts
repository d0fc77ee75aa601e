/**
 * Run as a process of its own: repeats planted bugs from their tokens, three times each, and prints the names of those
 * that failed as they should each time.
 *
 * Usage: node src/repeat.ts '{"NAME":"TOKEN", …}'
 */
import { planted } from "./corpus.ts"
import { huntOf } from "./examine.ts"

// Sound: `repeatedAnew` writes it.
const tokens = JSON.parse(process.argv[2] ?? "{}") as Readonly<Record<string, string>>
for (const each of planted) {
  const token = tokens[each.name]
  if (token === undefined) continue
  const { repeat } = huntOf(each)
  const failures = [await repeat(token), await repeat(token), await repeat(token)]
  if (failures.every((failure) => failure === each.failure)) console.log(each.name)
}
