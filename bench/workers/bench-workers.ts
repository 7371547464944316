// `npm run bench:workers`: what handing work to other machines costs. A simulation of many workers whose pieces sleep as long as a GPU would
// take, with everything that is sent being real; and the throughput of one and two real workers with a core each.

import { parseArgs } from "node:util";
import { hasRedisServer, NO_REDIS } from "../../src-main/queue/testing/redis-server.ts";
import { markdownTable } from "../markdown-table.ts";
import { measureThroughput } from "./measure-throughput.ts";
import { simulate, type Simulated } from "./simulate.ts";

const { values } = parseArgs({
  options: {
    workers: { type: "string", default: "1,8,64,512" },
    seconds: { type: "string", default: "1.5" },
    steps: { type: "string", default: "3" },
    simulation: { type: "boolean", default: false },
    throughput: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (values.help) console.log(usage());
else if (!hasRedisServer()) {
  console.error(NO_REDIS);
  process.exitCode = 1;
} else await bench();

async function bench(): Promise<void> {
  const isAll = values.simulation === values.throughput;
  const simulated: Simulated[] = [];
  if (isAll || values.simulation)
    for (const workers of values.workers.split(",").map(Number)) {
      process.stderr.write(`${workers} simulated workers\n`);
      simulated.push(await simulate({ workers, seconds: Number(values.seconds), steps: Number(values.steps) }));
    }
  const throughput = isAll || values.throughput ? await measureThroughput() : [];
  if (values.json) console.log(JSON.stringify({ simulated, throughput }, null, 2));
  else console.log([printSimulated(simulated), ...throughput.map(printThroughput)].join("\n"));
}

function printSimulated(rows: readonly Simulated[]): string {
  const share = (part: number): string => `${Math.round(100 * part)} %`;
  const cells = rows.map((row) => [
    `${row.workers}`,
    `${row.pieces}`,
    `${row.idealSeconds.toFixed(1)} s`,
    `${row.stepSeconds.toFixed(2)} s`,
    share(row.efficiency),
    `${Math.round(row.commandsPerSecond)}`,
    `${(row.bytesPerSecond / 1e6).toFixed(1)} MB`,
    ...[row.coordinator, row.redis, row.simulator].map(({ busy, waited }) => `${share(busy)}, ${share(waited)}`),
  ]);
  const of = ["coordinator", "Redis", "simulator"].map((who) => `${who}: of a core, without one`);
  return markdownTable(
    ["workers", "pieces a step", "ideal", "step", "efficiency", "commands/s", "bytes/s", ...of],
    cells,
  );
}

function printThroughput({ workers, seconds, pieces }: Awaited<ReturnType<typeof measureThroughput>>[number]): string {
  return `${workers} worker${workers === 1 ? "" : "s"}, a core each: ${pieces} pieces in ${seconds.toFixed(1)} s, ${(pieces / seconds).toFixed(2)} a second`;
}

function usage(): string {
  return [
    "npm run bench:workers -- [--simulation] [--throughput] [--workers 1,8,64,512] [--seconds 1.5] [--steps 3] [--json]",
    "",
    "--simulation   Only workers whose pieces sleep; --throughput: only real ones. Without either: both.",
    "--seconds N    What a piece takes: four images of Stable Diffusion 1.5 at 512² on an H100, by docs/scale.md.",
  ].join("\n");
}
