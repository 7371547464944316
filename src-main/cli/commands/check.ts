// `reneg check`: what is left of a run's folder.

import type { Command } from "commander";
import { agreeing, counted } from "../../common/counted.ts";
import type { RunCheck } from "../../common/run-check.ts";
import { jsonOption, verboseOption, type CommonOptions } from "../options.ts";
import { runCommand } from "../run-command.ts";

const EXAMPLES = `
Examples:
  $ reneg check runs/demo
  $ reneg check runs/demo --repair

The exit code is 1 if something is damaged and was not repaired.`;

interface CheckOptions extends CommonOptions {
  readonly repair?: true;
}

export function addCheck(program: Command): void {
  program
    .command("check")
    .description("Say what of a run's folder is damaged or lost, and put aside what is.")
    .argument("<run>", "the folder of a run")
    .option(
      "--repair",
      "put damaged files aside under names that end in .damaged, so that the run goes on without them",
    )
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", EXAMPLES)
    .action((run: string, options: CheckOptions) =>
      runCommand(
        options,
        ({ api, signal }) => api.checkRun({ run, repair: options.repair === true }, { signal }),
        printRunCheck,
        ({ findings }) => findings.some(({ isRepaired, remedy }) => !isRepaired && remedy !== null),
      ),
    );
}

function printRunCheck({ run, good, findings, steps, resumesFrom }: RunCheck): string {
  const lines = findings.map(
    ({ file, message, remedy }) => `  ${file}: ${message}${remedy === null ? "" : ` (${remedy})`}`,
  );
  return [
    run,
    `  ${counted(good, "file")} ${agreeing(good, "is", "are")} as written`,
    ...lines,
    steps === null ? "  its plan cannot be read" : `  ${steps.told} of ${steps.planned} steps are told`,
    resumesFrom === null ? "  it cannot be resumed" : `  it can be resumed from step ${resumesFrom}`,
  ].join("\n");
}
