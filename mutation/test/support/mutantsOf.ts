import { applied } from "../../src/replace.ts"
import type { Rule } from "../../src/Site.ts"
import { sitesIn } from "../../src/sites.ts"
import { parse } from "../../src/syntax.ts"

/** The mutants that a rule makes of a snippet, one for each site. */
export const mutantsOf = (rule: Rule, code: string): ReadonlyArray<string> =>
  sitesIn(parse("snippet.ts", code), [rule]).map(({ edits }) => applied(code, edits))
