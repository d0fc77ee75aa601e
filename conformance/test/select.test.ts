import { select } from "../src/cases/select.ts"
import { selectChoice } from "../src/cases/selectChoice.ts"
import { selectEnds } from "../src/cases/selectEnds.ts"
import { proves } from "./proves.ts"

proves([...select, ...selectChoice, ...selectEnds])
