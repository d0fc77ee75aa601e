import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    projects: ["packages/*", "conformance", "apps/*", "docs"].map((root) => ({
      extends: true as const,
      test: { name: root, include: [`${root}/test/**/*.test.ts`] }
    })),
    testTimeout: 20_000
  }
})
