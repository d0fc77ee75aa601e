import { budgets } from "../src/cases/budgets.ts"
import { proves } from "./proves.ts"

proves(budgets)
