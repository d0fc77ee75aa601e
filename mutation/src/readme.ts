import { readFileSync, writeFileSync } from "node:fs"

const path = new URL("../README.md", import.meta.url)
const place = /<!-- table -->[^]*<!-- \/table -->/

const withTable = (readme: string, table: string): string =>
  readme.replace(place, `<!-- table -->\n\n${table}\n\n<!-- /table -->`)

/** Whether the page shows this table. */
export const readmeShows = (table: string): boolean => {
  const readme = readFileSync(path, "utf8")
  return readme === withTable(readme, table)
}

/** Puts the table into the page. */
export const writeReadme = (table: string): void => {
  writeFileSync(path, withTable(readFileSync(path, "utf8"), table))
}
