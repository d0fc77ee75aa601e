import { select } from "../src/cases/select.ts"
import { selectChoice } from "../src/cases/selectChoice.ts"
import { selectGuards } from "../src/cases/selectGuards.ts"
import { proves } from "./proves.ts"

proves([...select, ...selectChoice, ...selectGuards])
