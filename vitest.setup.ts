/** All tests of packages fail when they leave something behind, unless they say so: `mayLeave`. */
import { failOnLeaks } from "@ferrule/testing/vitest"

failOnLeaks()
