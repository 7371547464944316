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

/** Beside the address of the queue. */
interface CrewOptions {
  readonly token: string;
  readonly workerDevice?: DeviceName | undefined;
  readonly workerTimeout: number;
}

/** Of a command that is done here, but for what workers compute of it. */
export interface WorkersOptions extends CrewOptions {
  readonly workers?: string | undefined;
}

/** Of a command that puts whole runs on a queue. */
export interface QueuedOptions extends CrewOptions {
  readonly queue?: string;
}

export function addWorkersOptions(command: Command): void {
  command.option("--workers <url>", "have it computed by the workers of this queue (`reneg worker`)");
  addCrewOptions(command);
}

export function addQueuedOptions(command: Command): void {
  command.addOption(queueOption());
  addCrewOptions(command);
}

function addCrewOptions(command: Command): void {
  command
    .addOption(tokenOption())
    .addOption(
      new Option("--worker-device <name>", "on which they compute (default: as this machine would)").choices(DEVICES),
    )
    .option("--worker-timeout <seconds>", "a worker unheard of for so long is taken for dead", readSeconds, 15);
}

export function workersOf({ workers, ...crew }: WorkersOptions): WorkersInput | undefined {
  return workersOn(workers, crew);
}

export function workersOfQueue({ queue, ...crew }: QueuedOptions): WorkersInput | undefined {
  return workersOn(queue, crew);
}

function workersOn(
  queue: string | undefined,
  { token, workerDevice, workerTimeout }: CrewOptions,
): WorkersInput | undefined {
  if (queue === undefined) return undefined;
  return { queue, token, device: workerDevice, silenceSeconds: workerTimeout };
}

function readSeconds(text: string): number {
  const seconds = readNumber(text);
  if (seconds < 1 || seconds > 3600) throw new InvalidArgumentError("it must be from 1 to 3600.");
  return seconds;
}
