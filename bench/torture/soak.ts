// `soak MINUTES`: a studio that learns one short run after the other; memory, open files and disk must not grow with their number.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Outcome, Part, Row } from "./part.ts";
import { leftOf, processesOf, sendSignal } from "./process-table.ts";
import { startReneg } from "./reneg-command.ts";
import { shortWorkflow } from "./short-workflow.ts";
import { slopeOf } from "./slope.ts";
import { openStudio, type OpenStudio } from "./studio-client.ts";

const LEAST_RUNS = 3;
/** Caches fill, and compilers optimize. */
const WARM_UP_RUNS = 2;
/** From fewer figures no slope of memory can be told from its noise. */
const RUNS_FOR_SLOPE = 8;
const ENDS_WITHIN_MS = 60_000;

/** All processes together, for each run. */
interface Sample {
  readonly memoryMiB: number;
  readonly handles: number;
  /** Of the home, without the runs, which are kept. */
  readonly diskKiB: number;
}

/** The most that each may grow by with a run; the disk by the run's entry in the lists. */
const LIMITS: Readonly<Record<keyof Sample, number>> = { memoryMiB: 2, handles: 0.25, diskKiB: 8 };

export const soak: Part = {
  summary: "A studio that learns one run after the other: memory, open files and disk over time.",
  amount: { of: "minutes", whole: 30, small: 0 },
  async run({ amount, folder, say }) {
    if (process.platform !== "linux") return { rows: [], skipped: "it reads memory and open files from /proc" };
    const home = join(folder, "home");
    const server = startReneg(["serve", "--port", "0", "--home", home], folder);
    const samples: Sample[] = [];
    try {
      const studio = await openStudio(await addressOf(server));
      const end = Date.now() + amount * 60_000;
      while (samples.length < LEAST_RUNS || Date.now() < end) {
        await learnOnce(studio, samples.length);
        samples.push(take(server.pid, home));
        say(`${samples.length} runs: ${print(samples.at(-1))}`);
      }
      studio.close();
    } finally {
      sendSignal(server.pid, "SIGTERM");
    }
    const { how, stderr } = await server.ended;
    const left = await leftOf(server.pid, ENDS_WITHIN_MS);
    const faults = [
      ...(how === 0 ? [] : [`the server ended with ${how}: ${stderr}`]),
      ...left.map(({ command }) => `${command} was left behind`),
    ];
    return judge(samples, faults);
  },
};

async function addressOf(server: ReturnType<typeof startReneg>): Promise<string> {
  let hasEnded = false;
  void server.ended.then(() => (hasEnded = true));
  for (;;) {
    const [address] = /http:\S+/.exec(server.stdout()) ?? [];
    if (address !== undefined) return address;
    if (hasEnded) throw new Error(`the studio does not start: ${server.stderr()}`);
    await sleep(50);
  }
}

async function learnOnce({ api }: OpenStudio, index: number): Promise<void> {
  const workflow = shortWorkflow();
  const { run } = await api.enqueue({ name: `Soak ${index}`, workflow, path: null, device: "cpu" });
  for (;;) {
    const { state, warnings } = await api.run({ id: run });
    if (state === "done") return;
    if (state === "failed" || state === "stopped" || state === "paused")
      throw new Error(`${run} is ${state}: ${JSON.stringify(warnings)}`);
    await sleep(100);
  }
}

function take(group: number, home: string): Sample {
  const pids = processesOf(group).map(({ pid }) => pid);
  const total = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
  return {
    memoryMiB: Math.round(total(pids.map(residentKiB)) / 1024),
    handles: total(pids.map((pid) => readdirSync(`/proc/${pid}/fd`).length)),
    diskKiB: Math.round(total(filesBesideRuns(home).map((file) => statSync(file).size)) / 1024),
  };
}

function residentKiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
}

function filesBesideRuns(home: string): string[] {
  return readdirSync(home, { recursive: true, encoding: "utf8" })
    .filter((name) => !name.startsWith("runs/"))
    .map((name) => join(home, name))
    .filter((file) => statSync(file).isFile());
}

function judge(samples: readonly Sample[], faults: readonly string[]): Outcome {
  const names = ["memoryMiB", "handles", "diskKiB"] as const;
  const rows = names.map((name): Row => {
    const values = samples.slice(WARM_UP_RUNS).map((sample) => sample[name]);
    const course = `${values[0]} → ${values.at(-1)}`;
    if (values.length < RUNS_FOR_SLOPE)
      return { what: name, tried: 0, faults: [], note: `${course}; too few runs for a slope` };
    const slope = slopeOf(values);
    const note = `${course}, ${slope.toFixed(2)} a run, at most ${LIMITS[name]}`;
    return {
      what: name,
      tried: 1,
      faults: slope > LIMITS[name] ? [`it grows by ${slope.toFixed(2)} with each run`] : [],
      note,
    };
  });
  return { rows: [{ what: "runs in one studio", tried: samples.length, faults }, ...rows] };
}

function print(sample: Sample | undefined): string {
  return sample === undefined
    ? ""
    : `${sample.memoryMiB} MiB of memory, ${sample.handles} open files, ${sample.diskKiB} KiB beside the runs`;
}
