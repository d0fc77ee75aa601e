import { cancelScopeCleanup } from "../src/cases/cancelScopeCleanup.ts"
import { cancelScopeContext } from "../src/cases/cancelScopeContext.ts"
import { cancelScopeEdge } from "../src/cases/cancelScopeEdge.ts"
import { cancelScopeNesting } from "../src/cases/cancelScopeNesting.ts"
import { proves } from "./proves.ts"

proves([...cancelScopeEdge, ...cancelScopeNesting, ...cancelScopeCleanup, ...cancelScopeContext])
