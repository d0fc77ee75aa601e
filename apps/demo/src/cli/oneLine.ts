import { Console, Layer } from "effect"
import { CliConfig, CliOutput, GlobalFlag } from "effect/cli"

/** What is wrong with the command line, in one line on stderr and where to read on, instead of the whole help. */
const presenter: CliOutput.Presenter = {
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? Console.error(
          `${event.errors.map((error) => error.message.split("\n")[0]).join("; ")}. ` +
            `See: ${[...event.commandPath, "--help"].join(" ")}`
        )
      : CliOutput.defaultPresenter.present(event)
}

export const oneLine = Layer.merge(
  CliOutput.layerPresenter(presenter),
  CliConfig.layer({ builtIns: [GlobalFlag.Help] as never })
)
