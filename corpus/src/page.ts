/** The page of the docs that shows the table. */
import { readFileSync, writeFileSync } from "node:fs"

const file = new URL("../../docs/corpus.md", import.meta.url)
const markers = /(<!-- table -->\n)[\s\S]*(\n<!-- \/table -->)/

/** Puts the table into the page. */
export const writePage = (table: string): void => {
  const page = readFileSync(file, "utf8")
  if (!markers.test(page)) throw new Error("docs/corpus.md has lost its markers")
  writeFileSync(
    file,
    page.replace(markers, (_, before: string, after: string) => `${before}\n${table}\n${after}`)
  )
}

/** The names in the first column of the page's table. */
export const namesOnPage = (): ReadonlyArray<string> => {
  const [, , ...rows] = (markers.exec(readFileSync(file, "utf8"))?.[0] ?? "")
    .split("\n")
    .filter((line) => line.startsWith("|"))
  return rows.map((row) => row.split("|")[1]?.trim() ?? "")
}
