import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { Report } from "../ci/Report.ts"
import { run } from "../command.ts"
import { walkedPages } from "./walked.ts"
import { root } from "../workspace.ts"

const folder = mkdtempSync(join(tmpdir(), "ferrule-ci-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const report = async (...checks: ReadonlyArray<ConstructorParameters<typeof Promise<string>>[0]>) => {
  const countsFile = join(folder, "counts")
  const told = new Report(countsFile, () => undefined)
  for (const check of checks) await told.step("a step", () => new Promise(check))
  return { told, written: readFileSync(countsFile, "utf8") }
}

describe("the report of CI", () => {
  it("goes on after a step that failed, and counts both", async () => {
    const { told, written } = await report(
      (_, reject) => reject(new Error("no")),
      (resolve) => resolve("yes")
    )
    expect(written).toBe("1 passed, 1 failed")
    expect(told.failed).toBe(1)
    expect(told.summary.split("\n").map((line) => line.slice(0, 6))).toEqual(["FAILED", "ok    "])
  })

  it("adds the counts of a step that stands for many checks", async () => {
    const told = new Report(undefined, () => undefined)
    await told.step("tests", async () => ({ passed: 40, failed: 2, saw: "" }))
    expect(told.lastLine).toBe("40 passed, 2 failed")
  })
})

/** Runs `.ci/run` with an `npx` that only pretends: to install, and then to check. */
const ciRun = async (name: string, checks: string) => {
  const bin = join(folder, name)
  mkdirSync(bin)
  const programs = {
    "dpkg-query": "echo install ok installed",
    npx: `case "$*" in *install*) ${name === "no-install" ? "exit 7" : ":"} ;; *) file=\${@: -1}; ${checks} ;; esac`
  }
  for (const [program, body] of Object.entries(programs)) {
    writeFileSync(join(bin, program), `#!/usr/bin/env bash\n${body}\n`)
    chmodSync(join(bin, program), 0o755)
  }
  const ended = await run("bash", [join(root, ".ci/run")], { env: { PATH: `${bin}:${process.env["PATH"]}` } })
  return { status: ended.status, last: ended.stdout.trimEnd().split("\n").at(-1) }
}

describe("the last line of .ci/run", () => {
  it("is the count of a run in which all is well", async () => {
    expect(await ciRun("well", `echo "9 passed, 0 failed" >"$file"`)).toEqual({ status: 0, last: "9 passed, 0 failed" })
  })

  it("is the count of a run in which steps failed", async () => {
    expect(await ciRun("failed", `echo "7 passed, 2 failed" >"$file"; exit 10`)).toEqual({
      status: 1,
      last: "7 passed, 2 failed"
    })
  })

  it("counts a crash as one more failure", async () => {
    expect(await ciRun("crash", `echo "7 passed, 2 failed" >"$file"; exit 1`)).toEqual({
      status: 1,
      last: "7 passed, 3 failed"
    })
  })

  it("is there when nothing could be installed", async () => {
    expect(await ciRun("no-install", "")).toEqual({ status: 7, last: "0 passed, 1 failed" })
  })
})

describe("the independent walk", () => {
  it("counts each page that links reach once, and no other", () => {
    expect(
      walkedPages(join(folder, "site"), {
        "index.html": `<a href="a.html#x">a</a> <A HREF='sub/b.html?q=1'>b</A> <!-- <a href="hidden.html"> -->`,
        "a.html": `<a class="up" href=index.html>up</a> <a href="gone.html">gone</a> <a href="../outside.html">out</a>`,
        "sub/b.html": `<a href="/a.html">not on this disk</a> <a href="c%20d.html">c d</a> <a href="picture.png">p</a>`,
        "sub/c d.html": `<a href="https://example.com/index.html">away</a> <a href="mailto:a@b.c">mail</a>`,
        "sub/picture.png": "",
        "hidden.html": "",
        "orphan.html": ""
      })
    ).toEqual(["a.html", "index.html", "sub/b.html", "sub/c d.html"])
  })
})
