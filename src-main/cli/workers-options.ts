// Options of commands that have their work done by workers, and of workers.

import { type Command, InvalidArgumentError, Option } from "commander";
import { DEVICES, type DeviceName } from "../common/device.ts";
import { refuse } from "../common/diagnostic.ts";
import type { WorkersInput } from "../common/queue/workers-input.ts";
import { readNumber } from "./options.ts";

const QUEUE_VARIABLE = "RENEG_QUEUE";
const QUEUE_WORDS = "Redis or Valkey: redis://:PASSWORD@HOST:6379, or rediss:// for TLS";

/** Of commands that are about a queue. */
export const queueOption = (): Option => new Option("--queue <url>", QUEUE_WORDS).env(QUEUE_VARIABLE);

/** Without an address: that of the environment. */
type NamedQueue = string | true;

/** @throws Refusal where neither the option nor the environment names a queue */
export function namedQueue(given: NamedQueue | undefined, option: "--queue" | "--workers" = "--queue"): string {
  const url = typeof given === "string" ? given : queueOfEnvironment();
  return (
    url ??
    refuse({
      code: "invalid-input",
      at: { option },
      message: "no queue is named",
      help: "give the address of Redis or Valkey",
      command: `\`${option} redis://:PASSWORD@HOST:6379\`, or ${QUEUE_VARIABLE}`,
    })
  );
}

/** `undefined`: it names none */
function queueOfEnvironment(): string | undefined {
  const url = process.env[QUEUE_VARIABLE];
  return url === "" ? undefined : url;
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
  readonly workers?: NamedQueue | undefined;
}

/** Of a command that puts whole runs on a queue. */
export interface QueuedOptions extends CrewOptions {
  readonly queue?: NamedQueue;
}

// What is done here as well goes to a queue only when it is asked for by name, whatever the environment says.
const OF_ENVIRONMENT = `without an address, that of ${QUEUE_VARIABLE}`;

export function addWorkersOptions(command: Command): void {
  command.option(
    "--workers [url]",
    `have it computed by the workers of this queue (\`reneg worker\`); ${OF_ENVIRONMENT}`,
  );
  addCrewOptions(command);
}

export function addQueuedOptions(command: Command): void {
  command.option(
    "--queue [url]",
    `have the runs done by the workers of this queue (\`reneg worker\`); ${OF_ENVIRONMENT}`,
  );
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

/** @throws Refusal where workers are asked for and no queue is named */
export function workersOf({ workers, ...crew }: WorkersOptions): WorkersInput | undefined {
  return workers === undefined ? undefined : workersOn(namedQueue(workers, "--workers"), crew);
}

/** @throws Refusal where a queue is asked for and none is named */
export function workersOfQueue({ queue, ...crew }: QueuedOptions): WorkersInput | undefined {
  return queue === undefined ? undefined : workersOn(namedQueue(queue), crew);
}

function workersOn(queue: string, { token, workerDevice, workerTimeout }: CrewOptions): WorkersInput {
  return { queue, token, device: workerDevice, silenceSeconds: workerTimeout };
}

/** Whoever has set up the environment for a queue is told that what is begun does without; `null`: nothing is to be told. */
export function wordsOfUnusedQueue({ queue }: QueuedOptions): string | null {
  if (queue !== undefined || queueOfEnvironment() === undefined) return null;
  return `the runs are done on this machine; with --queue, workers of the queue in ${QUEUE_VARIABLE} do them`;
}

function readSeconds(text: string): number {
  const seconds = readNumber(text);
  if (seconds < 1 || seconds > 3600) throw new InvalidArgumentError("it must be from 1 to 3600.");
  return seconds;
}
