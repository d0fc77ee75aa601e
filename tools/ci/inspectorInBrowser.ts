/** A real browser shows a running program, 10,000 tasks and hostile names among it. */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { chromium, type Page } from "playwright-core"
import { run } from "../command.ts"
import { root } from "../workspace.ts"
import { startProgram } from "./startProgram.ts"
import type { Check } from "./Report.ts"

const idle = 10_000
/** The longest that the page may show nothing new, by the browser's own account; it shares two cores with the program. */
const longestFreeze = 1000

const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]

const demand = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what)
}

const text = (page: Page, selector: string): Promise<string> => page.locator(selector).innerText()

/** The longest time between two of the browser's pictures, over three seconds, while the tree is scrolled. */
const longestGap = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const tree = document.querySelector("#tree")!
    let longest = 0
    let last = performance.now()
    const begin = last
    while (last - begin < 3000) {
      const now = await new Promise<number>((resolve) => requestAnimationFrame(() => resolve(performance.now())))
      longest = Math.max(longest, now - last)
      last = now
      tree.scrollTop += 200
    }
    return longest
  })

/** How many pixels of the timeline have the colour of that name. */
const pixels = (page: Page, colour: string): Promise<number> =>
  page.evaluate((name) => {
    const canvas = document.querySelector<HTMLCanvasElement>("#timeline")!
    const wanted = /rgb\((\d+), (\d+), (\d+)\)/.exec(getComputedStyle(canvas).getPropertyValue(`--${name}`))!
    const [red, green, blue] = wanted.slice(1).map(Number)
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height)
    let count = 0
    for (let i = 0; i < data.length; i += 4)
      if (data[i] === red && data[i + 1] === green && data[i + 2] === blue) count++
    return count
  }, colour)

/** Whether the timeline shows that colour within some seconds: the page asks every second, and a task has to fail first. */
const appears = async (page: Page, colour: string): Promise<boolean> => {
  for (let tries = 0; tries < 40; tries++) {
    if ((await pixels(page, colour)) > 10) return true
    await page.waitForTimeout(250)
  }
  return false
}

const looksAt = async (page: Page, url: string): Promise<string> => {
  await page.goto(url)
  await page.locator(".row").first().waitFor()
  demand((await text(page, "#program")) === "shop", "the page does not name the program")
  demand(
    /10,0\d\d tasks/.test(await text(page, "#counts")),
    `not all tasks are counted: ${await text(page, "#counts")}`
  )
  demand((await page.locator(".row").count()) < 200, "the page draws lines that nobody can see")
  const gap = await longestGap(page)
  demand(gap < longestFreeze, `the page stood still for ${Math.round(gap)} ms`)

  await page.locator("#filter").fill("right to left")
  const name = await page.locator(".row .name", { hasText: "<img" }).innerText()
  demand(name.includes(String.raw`<img src=x onerror=alert(1)> \u{1b}[2J`), `a hostile name is shown as ${name}`)
  demand((await page.locator("main img").count()) === 0, "a hostile name has become an element")

  await page.locator("#filter").fill("stubborn")
  await page
    .locator(".row", { hasText: "impatient" })
    .or(page.locator(".row", { hasText: "stubborn" }))
    .last()
    .click()
  await page.locator("#details dl").waitFor()
  await page.locator("#filter").fill("impatient")
  await page.locator(".row", { hasText: "impatient" }).last().click()
  demand((await text(page, "#details")).includes("somebody pressed stop"), "the details lack why it was cancelled")
  demand((await text(page, "#findings")).includes("has not stopped"), "the laggard is not among the findings")

  await page.locator("#filter").fill("request")
  await page.waitForFunction(() => document.querySelectorAll(".row .state.ended, .row .state.failed").length > 5)
  demand(await appears(page, "runs"), "the timeline has no bars")
  demand(await appears(page, "bad"), "the timeline marks no cancel and no failure")
  await page.locator("#pause").click()
  mkdirSync(join(root, "coverage"), { recursive: true })
  await page.screenshot({ path: join(root, "coverage/inspector.png") })
  await page.locator("#pause").click()
  return `${idle.toLocaleString("en")} tasks; stood still for at most ${Math.round(gap)} ms`
}

const showsTrouble = async (page: Page, words: string): Promise<void> => {
  await page.locator("#trouble", { hasText: words }).waitFor({ timeout: 20_000 })
}

/** The page of the inspector, from the tree to the end of the program. */
export const inspectorInBrowser: Check = async () => {
  const shop = await startProgram("packages/inspect/test/programs/shop.ts", [String(idle)], /^ready$/m)
  const { stdout } = await run("sh", ["-c", "command -v chromium"])
  const browser = await chromium.launch({ executablePath: stdout.trim(), args: flags })
  try {
    const bin = join(root, "packages/inspect/src/bin.ts")
    const web = await startProgram(bin, ["web", "--pid", String(shop.pid)], /http:\/\/127\.0\.0\.1:\d+\/#\S+/)
    const url = web.said
    const page = await browser.newPage({ viewport: { width: 1300, height: 800 } })
    const complaints: Array<string> = []
    page.on("pageerror", (error) => complaints.push(String(error)))
    page.on("dialog", (dialog) => {
      complaints.push(`a dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text())
    })
    const told = await looksAt(page, url)
    demand(complaints.length === 0, complaints.join("\n"))
    const stranger = await browser.newPage()
    await stranger.goto(url.replace(/#.*/, "#wrong"))
    await showsTrouble(stranger, "lacks the right token")
    demand((await stranger.locator(".row").count()) === 0, "the page shows tasks without the token")
    await shop.end()
    await showsTrouble(page, "cannot be asked")
    await web.end()
    await showsTrouble(page, "ferrule-inspect web has ended")
    return told
  } finally {
    await browser.close()
    await shop.end()
  }
}
