// `reneg queue`: the jobs and workers of a queue.

import type { Command } from "commander";
import { counted } from "../../common/counted.ts";
import { printDiagnostic, Refusal } from "../../common/diagnostic.ts";
import type { QueueReport } from "../../common/queue/job.ts";
import { openQueue } from "../../queue/open-queue.ts";
import { reportQueue } from "../../queue/report-queue.ts";
import { type CommonOptions, jsonOption } from "../options.ts";
import { printDuration } from "../progress-bar.ts";
import { printRefusal } from "../run-command.ts";
import { jsonText, terminalText } from "../terminal-text.ts";
import { namedQueue, queueOption } from "../workers-options.ts";

const EXAMPLES = `
Examples:
  $ reneg queue --queue redis://:PASSWORD@queue.example:6379
  $ reneg queue --json | jq '.workers[].name'`;

interface Options extends CommonOptions {
  readonly queue?: string;
}

export function addQueue(program: Command): void {
  program
    .command("queue")
    .description("Show the jobs and workers of a queue.")
    .addOption(queueOption())
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action(run);
}

async function run(options: Options): Promise<void> {
  try {
    const url = namedQueue(options.queue);
    const queue = await openQueue(url, (one) => console.error(terminalText(printDiagnostic(one))));
    try {
      const report = await reportQueue(queue);
      console.log(options.json ? jsonText(report) : terminalText(printQueue(report)));
    } finally {
      await queue.close();
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    printRefusal(error, options);
  }
}

export function printQueue({ jobs, workers }: QueueReport): string {
  const lines = jobs.flatMap(({ title, kind, device, pieces, refusals, banned }) => [
    `${title} (${kind}, ${device}): ${pieces.waiting} waiting, ${pieces.taken} in work, ${pieces.done} done, ${pieces.failed} failed`,
    ...refusals.map(({ worker, why }) => `  ${worker} takes no part: ${why}`),
    ...Object.entries(banned).map(([worker, why]) => `  ${worker} is asked no more: ${why}`),
  ]);
  const others = workers.map((worker) => {
    const { name, device, doing, done, failed, seconds, busySeconds, models, silentSeconds } = worker;
    const rate = seconds > 0 ? (60 * done) / seconds : 0;
    const busy = seconds > 0 ? Math.round((100 * busySeconds) / seconds) : 0;
    const at = doing === null ? "idle" : `at ${doing.job}, piece ${doing.piece}`;
    const told = `${counted(done, "piece")} done, ${failed} failed, ${rate.toFixed(1)} a minute, ${busy} % busy`;
    const here = `here for ${printDuration(seconds)}, heard of ${printDuration(silentSeconds)} ago`;
    return `${name} (${device}, ${counted(models.length, "model")}, version ${worker.version}, ${here}): ${at}; ${told}`;
  });
  return [
    counted(jobs.length, "job"),
    ...lines.map((line) => `  ${line}`),
    counted(workers.length, "worker"),
    ...others.map((line) => `  ${line}`),
  ].join("\n");
}
