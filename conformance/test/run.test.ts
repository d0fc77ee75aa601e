import { run } from "../src/cases/run.ts"
import { proves } from "./proves.ts"

proves(run)
