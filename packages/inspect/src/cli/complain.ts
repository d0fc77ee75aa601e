import { plain } from "../internal/plain.ts"

/** Says on standard error what is wrong. The words may be those of a program. */
export const complain = (message: string): void => {
  const lines = message.split("\n").map((line) => plain(line, 1000))
  console.error(lines.join("\n"))
}
