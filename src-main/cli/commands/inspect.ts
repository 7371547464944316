// `reneg inspect`: what a file or folder is.

import type { Command } from "commander";
import { printDiagnostic } from "../../common/diagnostic.ts";
import type { Inspection } from "../../common/inspection.ts";
import { jsonOption, verboseOption, type CommonOptions } from "../options.ts";
import { runCommand } from "../run-command.ts";

const EXAMPLES = `
Examples:
  $ reneg inspect path/to/stable-diffusion-v1-5
  $ reneg inspect runs/demo/negative.safetensors --json`;

export function addInspect(program: Command): void {
  program
    .command("inspect")
    .description("Say what a file or folder is: its architecture, its embedding space, its problems.")
    .argument("<path>", "a pipeline, a component, a weight file, a learned embedding, …")
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", EXAMPLES)
    .action((path: string, options: CommonOptions) =>
      runCommand(options, ({ api, signal }) => api.inspect({ path }, { signal }), printInspection, hasErrors),
    );
}

export function printInspection({ kind, title, path, facts, components = [], space, problems }: Inspection): string {
  const sections = [[`${title} (${kind})`, `  ${path}`]];
  const ownFacts = space === undefined ? facts : [...facts, { name: "space", value: space }];
  if (ownFacts.length > 0) sections.push(printFacts(ownFacts));
  for (const component of components)
    sections.push([`${component.name}: ${component.title}`, ...printFacts(component.facts)]);
  sections.push(problems.length === 0 ? ["no problems found"] : problems.map(printDiagnostic));
  return sections.map((lines) => lines.join("\n")).join("\n\n");
}

export function hasErrors({ problems }: Inspection): boolean {
  return problems.some(({ severity }) => severity === "error");
}

function printFacts(facts: Inspection["facts"]): string[] {
  const width = Math.max(...facts.map(({ name }) => name.length));
  return facts.map(({ name, value }) => `  ${name.padEnd(width)}  ${value}`);
}
