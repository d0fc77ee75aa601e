import { cancelScopeCleanup } from "../src/cases/cancelScopeCleanup.ts"
import { cancelScopeEdge } from "../src/cases/cancelScopeEdge.ts"
import { cancelScopeNesting } from "../src/cases/cancelScopeNesting.ts"
import { proves } from "./proves.ts"

proves([...cancelScopeEdge, ...cancelScopeNesting, ...cancelScopeCleanup])
