import { taskGroupCancelled } from "../src/cases/taskGroupCancelled.ts"
import { taskGroupFailure } from "../src/cases/taskGroupFailure.ts"
import { taskGroupLife } from "../src/cases/taskGroupLife.ts"
import { taskGroupNames } from "../src/cases/taskGroupNames.ts"
import { taskGroupOutcomes } from "../src/cases/taskGroupOutcomes.ts"
import { proves } from "./proves.ts"

proves([...taskGroupLife, ...taskGroupNames, ...taskGroupFailure, ...taskGroupCancelled, ...taskGroupOutcomes])
