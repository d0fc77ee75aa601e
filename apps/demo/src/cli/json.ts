import { Flag, GlobalFlag } from "effect/cli"

/** `--json`, wherever it stands on the command line: the result of each demo on stdout, its story on stderr. */
export const json = GlobalFlag.Setting("json")({
  flag: Flag.Boolean("json").pipe(
    Flag.withDescription("print one JSON object per demo on stdout; the story goes to stderr"),
    Flag.withDefault(false)
  )
})
