// `reneg worker`: takes pieces of other machines' jobs. This process keeps in touch with the queue, and the engine beside it computes, so
// that a network that runs never keeps the queue waiting.

import { hostname, totalmem } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { counted } from "../../common/counted.ts";
import { DEVICES, type DeviceChoice } from "../../common/device.ts";
import { printDiagnostic, refuse, Refusal } from "../../common/diagnostic.ts";
import { type Engine, startEngine } from "../../engine/client.ts";
import { openKeptFiles } from "../../queue/files/kept-files.ts";
import { openModelFolders } from "../../queue/files/model-folders.ts";
import { openQueue } from "../../queue/open-queue.ts";
import { createExecutor } from "../../queue/worker/execute-piece.ts";
import { serveQueue, type WorkerEvent } from "../../queue/worker/serve-queue.ts";
import { tellEvent } from "../../queue/worker/tell-progress.ts";
import { programVersion, usualHome } from "../../server/surroundings.ts";
import { onInterruptions } from "../interruptions.ts";
import { collect, type CommonOptions, deviceOption, jsonOption, verboseOption } from "../options.ts";
import { printRefusal } from "../run-command.ts";
import { jsonText, terminalText } from "../terminal-text.ts";
import { namedQueue, queueOption, tokenOption } from "../workers-options.ts";

const EXAMPLES = `
A worker keeps no runs. It computes gradients of \`reneg train --workers\`, prompts of \`reneg evaluate --workers\` and
\`reneg apply --workers\`, and whole runs of \`reneg sweep --queue\` and of sweeps in the editor.
Weights never travel: it looks for those that a job names, by what they are, in its own folders of models, and takes no part without them.
Ctrl-C finishes the piece in work, gives a whole run back, and leaves; a second Ctrl-C leaves at once.

Examples:
  $ reneg worker --queue redis://:PASSWORD@queue.example:6379 --models /data/models
  $ RENEG_QUEUE=rediss://… RENEG_QUEUE_TOKEN=… reneg worker --device cuda --name gpu-1`;

interface Options extends CommonOptions {
  readonly queue?: string;
  readonly token: string;
  readonly device: DeviceChoice;
  readonly models: readonly string[];
  readonly name: string;
}

export function addWorker(program: Command): void {
  program
    .command("worker")
    .description("Compute for other machines, over a queue.")
    .addOption(queueOption())
    .addOption(tokenOption())
    .option("--models <folder>", "where this machine keeps its models; may be given several times", collect, [])
    .option("--name <name>", "how it is called, unique among the workers of a queue", usualName())
    .addOption(deviceOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText("after", EXAMPLES)
    .action(run);
}

function usualName(): string {
  return `${hostname()}-${process.pid}`.replaceAll(/[^\w.-]/g, "-");
}

async function run(options: Options): Promise<void> {
  const print = (line: string): void => console.error(terminalText(line));
  const leaving = new AbortController();
  const engine = startEngine({
    onLog: (line) => (options.verbose ? print(line) : undefined),
    // What hangs is ended: another piece, or another worker, fares better.
    onSilence: (since) => void (since === null ? undefined : engine.kill(SILENT)),
  });
  /** A job and its piece. */
  let inWork: string | undefined;
  let hasLeft = false;
  let hurried: { readonly exitCode: number; readonly timer: NodeJS.Timeout | undefined } | undefined;
  const { stopListening } = onInterruptions({
    onFirst() {
      print("leaving after this piece; press Ctrl-C again to leave at once");
      leaving.abort();
    },
    onSecond(exitCode) {
      // What is in work is given back where the queue answers. One that is away would be waited for.
      const leave = (): never => {
        print(
          inWork === undefined
            ? "the queue could not be left in order within a second"
            : `${inWork}: could not be given back within a second; it goes to another worker as soon as this one is missed`,
        );
        process.exit(exitCode);
      };
      hurried ??= { exitCode, timer: hasLeft ? undefined : setTimeout(leave, GIVEN_BACK_WITHIN_MS) };
      void engine.kill();
    },
  });
  const counts = { done: 0, failed: 0 };
  try {
    await work(engine, options, leaving.signal, (event) => {
      if (event.type === "done" || event.type === "failed") counts[event.type] += 1;
      if ("piece" in event) inWork = event.type === "taken" ? `${event.job}, piece ${event.piece}` : undefined;
      print(describe(event));
    });
    console.log(
      options.json
        ? jsonText({ name: options.name, ...counts })
        : `${counted(counts.done, "piece")} done, ${counts.failed} failed`,
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    printRefusal(error, options);
  } finally {
    // What may take long from here on is the engine's end, and nothing of the queue.
    hasLeft = true;
    clearTimeout(hurried?.timer);
    await engine.stop();
    stopListening();
    // To leave after a piece is how a worker ends well.
    if (hurried !== undefined) process.exitCode = hurried.exitCode;
  }
}

const GIVEN_BACK_WITHIN_MS = 1000;

const SILENT = {
  severity: "error",
  code: "engine-silent",
  at: { stage: "engine" },
  message: "the engine gave no sign of life and was ended",
  help: "look at the log of that worker",
} as const;

async function work(
  engine: Engine,
  { queue: address, token, device: wanted, models: folders, name }: Options,
  leaving: AbortSignal,
  onEvent: (event: WorkerEvent) => void,
): Promise<void> {
  const url = namedQueue(address);
  const doctor = await engine.api.doctor({});
  const devices = doctor.devices.filter(({ available }) => available).map(({ device }) => device);
  const device = wanted === "auto" ? doctor.chosen : wanted;
  if (!devices.includes(device)) {
    const why = doctor.devices.find((one) => one.device === device)?.why ?? `it is none of ${DEVICES.join(", ")}`;
    refuse({
      code: "device-unavailable",
      at: { option: "--device" },
      message: `${device} cannot be used here: ${why}`,
      help: "choose another device",
      command: "`reneg doctor` says which work here",
    });
  }
  const models = openModelFolders(folders);
  const print = (line: string): void => console.error(terminalText(line));
  const queue = await openQueue(url, (diagnostic) => print(printDiagnostic(diagnostic)));
  try {
    const executor = createExecutor({
      queue,
      models,
      files: openKeptFiles(join(usualHome(), "worker-files")),
      compute(task, signal, tell) {
        return engine.api.computePiece(task, { signal, onEvent: (event) => tellEvent(tell, event) });
      },
    });
    print(`worker ${name} on ${device}: ${counted(models.models().length, "model")} found; waiting for pieces`);
    await serveQueue(queue, {
      ...executor,
      name,
      token,
      about: {
        host: hostname(),
        pid: process.pid,
        version: programVersion,
        device,
        devices,
        memoryMB: Math.round(totalmem() / 2 ** 20),
        models: [...models.models()],
      },
      leaving,
      onEvent,
    });
  } finally {
    await queue.close();
  }
}

function describe(event: WorkerEvent): string {
  switch (event.type) {
    case "refused":
      return `takes no part in ${event.job}: ${event.why}`;
    case "fault":
      return `the queue answered: ${event.message}`;
    case "failed":
      return `${event.job}, piece ${event.piece}: failed\n${event.diagnostics.map(printDiagnostic).join("\n")}`;
    case "taken":
    case "done":
    case "given back":
    case "lost":
      return `${event.job}, piece ${event.piece}: ${event.type}`;
  }
}
