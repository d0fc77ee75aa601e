import { Channel } from "ferrule"
import { Flow } from "../Flow.ts"
import { type Program, program } from "../Program.ts"
import { cancelling, together, ways } from "../together.ts"

const policies = ["dropNewest", "dropOldest"] as const

export const overflowPrograms: ReadonlyArray<Program> = policies.flatMap((overflow) =>
  ways.flatMap((way) => [
    program(
      `with ${overflow} every send says sent, and what is dropped is told, by ${way}`,
      ["S-117", "S-118"],
      function* (see) {
        const flow = yield* Flow.make(see, { capacity: 1, overflow })
        yield* together(flow.send(1), cancelling(way, flow.send(2)), flow.send(3), flow.receive)
        see.that(flow.refused.length === 0, "no send is refused")
        yield* flow.sender.close
        yield* flow.forEach
        yield* flow.over
      }
    ),

    program(
      `a sending clause with ${overflow} can always commit, and the hook is told, by ${way}`,
      ["S-119"],
      function* (see) {
        const flow = yield* Flow.make(see, { capacity: 1, overflow })
        yield* flow.send(1)
        const choose = Channel.select({ out: Channel.sending(flow.sender, 2) })
        yield* together(cancelling(way, choose), flow.receive)
        yield* flow.sender.close
        yield* flow.forEach
        yield* flow.over
      }
    )
  ])
)
