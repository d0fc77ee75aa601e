import { defineConfig } from "vitest/config"

/** For one example of the docs, which is a file of tests under any name. */
export default defineConfig({ test: { include: ["**/*.ts"] } })
