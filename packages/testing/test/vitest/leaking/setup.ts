import { failOnLeaks } from "../../../src/vitest.ts"

failOnLeaks()
