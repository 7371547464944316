// `reneg doctor`: what this machine can run on, what is missing, and how to get it.

import type { Command } from "commander";
import type { DeviceReport, DoctorReport } from "../../common/doctor-report.ts";
import { jsonOption, verboseOption, type CommonOptions } from "../options.ts";
import { runCommand } from "../run-command.ts";

const EXAMPLES = `
Examples:
  $ reneg doctor
  $ reneg doctor --json`;

export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("Say which devices this machine has, what is missing, and how to get it.")
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", EXAMPLES)
    .action((options: CommonOptions) =>
      runCommand(options, ({ api, signal }) => api.doctor({}, { signal }), printReport),
    );
}

function printReport(report: DoctorReport): string {
  const { cpu, memoryMB, tensorflow } = report;
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
    ...report.devices.flatMap((device) => printDevice(device, device.device === report.chosen)),
    "",
    `Without --device, ${report.chosen} is taken.`,
  ].join("\n");
}

function printDevice({ device, available, why, how }: DeviceReport, isChosen: boolean): string[] {
  const lines = [`${isChosen ? "→" : " "} ${available ? "✓" : "✗"} ${device.padEnd(8)} ${why}`];
  if (how !== undefined) lines.push(`             to get it: ${how}`);
  return lines;
}

function printMemory(megabytes: number): string {
  return `${(megabytes / 1024).toFixed(1)} GB`;
}
