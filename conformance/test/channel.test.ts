import { channelCancel } from "../src/cases/channelCancel.ts"
import { channelCapacity } from "../src/cases/channelCapacity.ts"
import { channelEnds } from "../src/cases/channelEnds.ts"
import { channelHandles } from "../src/cases/channelHandles.ts"
import { channelHandover } from "../src/cases/channelHandover.ts"
import { channelKinds } from "../src/cases/channelKinds.ts"
import { channelOverflow } from "../src/cases/channelOverflow.ts"
import { channelPermits } from "../src/cases/channelPermits.ts"
import { proves } from "./proves.ts"

proves([
  ...channelCapacity,
  ...channelHandover,
  ...channelHandles,
  ...channelEnds,
  ...channelCancel,
  ...channelPermits,
  ...channelOverflow,
  ...channelKinds
])
