import { timeout } from "../src/cases/timeout.ts"
import { timeoutOnRealClock } from "../src/cases/timeoutOnRealClock.ts"
import { proves } from "./proves.ts"

proves([...timeout, ...timeoutOnRealClock])
