import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    projects: [
      "packages/*",
      "conformance",
      "corpus",
      "scale",
      "exploration",
      "mutation",
      "apps/*",
      "docs",
      "tools",
      "benchmarks"
    ].map((root) => ({
      extends: true as const,
      test: {
        name: root,
        include: [`${root}/test/**/*.test.ts`],
        setupFiles: root === "packages/*" ? ["vitest.setup.ts"] : []
      }
    })),
    // CI counts the tests from this report.
    reporters: process.env["CI"] === undefined ? ["default"] : ["default", "json"],
    outputFile: { json: "coverage/vitest.json" },
    testTimeout: 20_000
  }
})
