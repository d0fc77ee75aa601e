/** A real browser shows the docs. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { run } from "../command.ts"
import { publicPackages, root } from "../workspace.ts"
import type { Check } from "./Report.ts"

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--allow-file-access-from-files",
  "--virtual-time-budget=5000"
]

/** The landing page has its title, and the navigation, which a script builds, lists every package. */
export const docsInBrowser: Check = async () => {
  const profile = mkdtempSync(join(tmpdir(), "ferrule-chromium-"))
  try {
    const page = `file://${join(root, "docs/site/index.html")}`
    const ended = await run("chromium", [...flags, `--user-data-dir=${profile}`, "--dump-dom", page], { seconds: 60 })
    if (ended.status !== 0) throw new Error(`chromium ended with status ${ended.status}\n${ended.stderr}`)
    if (!/<h1[^>]*>(<a[^>]*><\/a>)?Ferrule/.test(ended.stdout)) throw new Error("the landing page has no title Ferrule")
    const navigation = /id="tsd-nav-container">(.*)/.exec(ended.stdout)?.[1] ?? ""
    const pageOf = (name: string) => `href="./modules/${name.replaceAll(/[@/]/g, "_")}.html"`
    const missing = publicPackages().filter((project) => navigation.split(pageOf(project.name)).length !== 2)
    if (missing.length > 0) throw new Error(`the navigation lacks ${missing.map((project) => project.name).join()}`)
    return `${ended.stdout.length} characters`
  } finally {
    rmSync(profile, { recursive: true, force: true })
  }
}
