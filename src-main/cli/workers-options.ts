// Options of commands that have their work done by workers, and of workers.

import { type Command, InvalidArgumentError, Option } from "commander";
import { DEVICES, type DeviceName } from "../common/device.ts";
import { refuse } from "../common/diagnostic.ts";
import type { WorkersInput } from "../common/queue/workers-input.ts";
import { readNumber } from "./options.ts";

export const queueOption = (): Option =>
  new Option("--queue <url>", "Redis or Valkey: redis://:PASSWORD@HOST:6379, or rediss:// for TLS").env("RENEG_QUEUE");

/** @param command that needs one @throws Refusal where neither the option nor the environment names a queue */
export function namedQueue(url: string | undefined, command: "worker" | "queue"): string {
  return (
    url ??
    refuse({
      code: "invalid-input",
      at: { option: "--queue" },
      message: "no queue is named",
      help: "give the address of Redis or Valkey",
      command: `\`reneg ${command} --queue redis://:PASSWORD@HOST:6379\`, or RENEG_QUEUE`,
    })
  );
}

export const tokenOption = (): Option =>
  new Option("--token <secret>", "what workers of the queue must know to take part")
    .env("RENEG_QUEUE_TOKEN")
    .default("");

export const onDoneOption = (): Option =>
  new Option(
    "--on-done <what>",
    "a command that is run with each finished run as JSON on its input and RENEG_RUN as its folder, or an http address that it is posted to",
  );

export interface WorkersOptions {
  readonly workers?: string;
  readonly token: string;
  readonly workerDevice?: DeviceName;
  readonly workerTimeout: number;
}

export function addWorkersOptions(command: Command): void {
  command
    .option("--workers <url>", "have it computed by the workers of this queue (`reneg worker`)")
    .addOption(tokenOption())
    .addOption(
      new Option("--worker-device <name>", "on which they compute (default: as this machine would)").choices(DEVICES),
    )
    .option("--worker-timeout <seconds>", "a worker unheard of for so long is taken for dead", readSeconds, 15);
}

export function workersOf({ workers, token, workerDevice, workerTimeout }: WorkersOptions): WorkersInput | undefined {
  if (workers === undefined) return undefined;
  return { queue: workers, token, device: workerDevice, silenceSeconds: workerTimeout };
}

function readSeconds(text: string): number {
  const seconds = readNumber(text);
  if (seconds < 1 || seconds > 3600) throw new InvalidArgumentError("it must be from 1 to 3600.");
  return seconds;
}
