// `reneg doctor`: what this machine can run on and show the editor in, what is missing, and how to get it.

import type { Command } from "commander";
import type { DeviceReport, DoctorReport } from "../../common/doctor-report.ts";
import { findDesktop } from "../../server/surroundings.ts";
import { jsonOption, verboseOption, type CommonOptions } from "../options.ts";
import { runCommand } from "../run-command.ts";

const EXAMPLES = `
Examples:
  $ reneg doctor
  $ reneg doctor --json`;

export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("Say which devices and windows this machine has, what is missing, and how to get it.")
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", EXAMPLES)
    .action((options: CommonOptions) =>
      runCommand(
        options,
        async ({ api, signal }) => ({ ...(await api.doctor({}, { signal })), desktop: findDesktop() }),
        printReport,
      ),
    );
}

interface Report extends DoctorReport {
  readonly desktop: ReturnType<typeof findDesktop>;
}

function printReport(report: Report): string {
  const { cpu, memoryMB, tensorflow, desktop } = report;
  return [
    `ReNeg Studio on ${report.platform}`,
    "",
    `  processor    ${cpu.model}, ${cpu.cores} cores`,
    `  memory       ${printMemory(memoryMB.total)}, ${printMemory(memoryMB.free)} free`,
    `  Node         ${report.nodeVersion}`,
    `  onnxruntime  ${report.onnxruntimeVersion}`,
    `  TensorFlow   ${tensorflow.binding} ${tensorflow.version}`,
    `               ${tensorflow.why}`,
    "",
    "Devices",
    "",
    ...report.devices.flatMap(({ device, ...found }) => printLine(device, found, device === report.chosen)),
    "",
    `Without --device, ${report.chosen} is taken.`,
    "",
    "The editor",
    "",
    ...printLine("desktop", desktop, desktop.available),
    ...printLine("browser", { available: true, why: "`reneg serve --open`" }, !desktop.available),
    "",
    `\`npm start\` opens the ${desktop.available ? "desktop window" : "browser"}.`,
  ].join("\n");
}

/** Of the longest, `webgpu-fp16`. */
const NAME_WIDTH = 11;

type Found = Pick<DeviceReport, "available" | "why" | "how">;

function printLine(name: string, { available, why, how }: Found, isChosen: boolean): string[] {
  const lines = [`${isChosen ? "→" : " "} ${available ? "✓" : "✗"} ${name.padEnd(NAME_WIDTH)} ${why}`];
  if (how !== undefined) lines.push(`${" ".repeat(NAME_WIDTH + 5)}to get it: ${how}`);
  return lines;
}

function printMemory(megabytes: number): string {
  return `${(megabytes / 1024).toFixed(1)} GB`;
}
