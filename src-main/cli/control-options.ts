// Options that say which images steer which ControlNets.

import { type Command, InvalidArgumentError, Option } from "commander";
import { controlKind, type ControlKind } from "../common/applying.ts";
import { agreeing, counted } from "../common/counted.ts";
import { refuse } from "../common/diagnostic.ts";
import { collect, readNumber } from "./options.ts";

interface ChosenControls {
  readonly control: readonly string[];
  readonly controlnet: readonly string[];
  readonly controlKind: readonly ControlKind[];
  readonly controlScale: readonly number[];
}

export interface ControlOptions extends ChosenControls {
  readonly guess?: boolean;
}

export function addControlOptions(command: Command): void {
  command
    .option("--control <image>", "the picture that steers a ControlNet; repeat it for several", collect, [])
    .option(
      "--controlnet <model>",
      "a ControlNet besides --to, for the last --control, or the last but one …",
      collect,
      [],
    )
    .addOption(
      new Option(
        "--control-kind <name>",
        "what is made of a picture; none: it is a map already: edges, a pose, a depth",
      )
        .argParser(readControlKind)
        .default([], "canny"),
    )
    .addOption(
      new Option("--control-scale <n>", "how much a ControlNet steers; once for all, or once for each")
        .argParser((text, before: readonly number[]) => [...before, readNumber(text)])
        .default([], "1"),
    )
    .option("--guess", "guess mode: the ControlNets see the prompt alone");
}

/** @throws Refusal unless each option is given as often as the others ask for */
export function controlsOf({ control, controlnet, controlKind: kinds, controlScale: scales }: ChosenControls) {
  return pairControls(control, controlnet).map((pair, i) => ({
    ...pair,
    ...only("kind", forEach("--control-kind", kinds, control.length, i)),
    ...only("scale", forEach("--control-scale", scales, control.length, i)),
  }));
}

/** One more picture than ControlNets: the first is for `--to`, which is one itself. */
function pairControls(pictures: readonly string[], controlnets: readonly string[]) {
  const own = pictures.length - controlnets.length;
  if (own !== 0 && own !== 1) {
    refuse({
      code: "control-count",
      at: { option: "--control" },
      message: `${counted(pictures.length, "picture")} ${agreeing(pictures.length, "is", "are")} to steer ${counted(controlnets.length, "ControlNet")} besides --to`,
      help: "give one --control for each --controlnet, and before them one more where --to is itself a ControlNet",
    });
  }
  return pictures.map((picture, i) => ({ picture, ...only("controlnet", controlnets[i - own]) }));
}

/** Given once for all, or once for each. */
function forEach<Value>(option: string, values: readonly Value[], count: number, i: number): Value | undefined {
  if (values.length > 1 && values.length !== count) {
    refuse({
      code: "control-count",
      at: { option },
      message: `${option} is given ${counted(values.length, "time")}, for ${counted(count, "picture")} that ${agreeing(count, "steers", "steer")}`,
      help: "give it once for all, or once for each --control, in their order",
    });
  }
  return values.length === 1 ? values[0] : values[i];
}

function only<Key extends string, Value>(key: Key, value: Value | undefined) {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });
}

function readControlKind(text: string, before: readonly ControlKind[]): readonly ControlKind[] {
  const { data } = controlKind.safeParse(text);
  if (data === undefined) throw new InvalidArgumentError(`Allowed choices are ${controlKind.options.join(", ")}.`);
  return [...before, data];
}
