import { limits } from "../src/cases/limits.ts"
import { locks } from "../src/cases/locks.ts"
import { permits } from "../src/cases/permits.ts"
import { synchronisation } from "../src/cases/synchronisation.ts"
import { proves } from "./proves.ts"

proves([...permits, ...locks, ...limits, ...synchronisation])
