/**
 * Tests for vitest: on the virtual clock or the real one, under many schedules, cancelled at every step, and none of them
 * may leave anything behind.
 *
 * @module
 */
export { failOnLeaks } from "./vitest/failOnLeaks.ts"
export { it, type Methods } from "./vitest/it.ts"
export { mayLeave } from "./vitest/mayLeave.ts"
export {
  type CancelTestOptions,
  type ExploreTestOptions,
  type LiveTestOptions,
  type VirtualTestOptions
} from "./vitest/TestOptions.ts"
export { type Test, type Tester } from "./vitest/Tester.ts"
