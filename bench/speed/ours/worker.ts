// A process that measures one case on our side: a job as JSON on the command line, an answer as JSON on stdout.

import { join } from "node:path";
import { makeFolder } from "../../../src-main/weights/atomic-write.ts";
import { writeSafetensors } from "../../../src-main/weights/safetensors.ts";
import { INPUTS, OURS } from "../exchange.ts";
import { type Answer, type Job, job as jobSchema } from "../job.ts";
import { measureGrowth } from "./growth.ts";
import { MeasuredSessions } from "./measured-sessions.ts";
import { openWork } from "./open-work.ts";
import type { OpenedWork } from "./opened-work.ts";

const job = jobSchema.parse(JSON.parse(process.argv[2] ?? "null"));
console.log(JSON.stringify(job.work === "growth" ? await answerGrowth(job) : await answerWork(job)));

async function answerGrowth(asked: Job): Promise<Answer> {
  const opening = secondsSince(asked.started);
  const { run, value } = await timeRun(() => measureGrowth(asked));
  const variants = { ours: { first: run.seconds, seconds: [run.seconds], processor: [run.processor] } };
  return { opening, peak: peakMemory(), variants, growth: [...value] };
}

async function answerWork(asked: Job): Promise<Answer> {
  const sessions = new MeasuredSessions(asked.device, { budget: asked.memory, profile: asked.profile });
  const work = await openWork(asked, sessions);
  const opening = secondsSince(asked.started);
  const cold = await timeRun(work.run);
  const first = cold.run.seconds;
  const runs = asked.isCold ? [{ ...cold.run, seconds: secondsSince(asked.started) }] : [];
  let results = cold.value;
  let spent = 0;
  while (runs.length === 0 || (!asked.isCold && runs.length < asked.runs && spent < asked.seconds)) {
    sessions.reset();
    const timed = await timeRun(work.run);
    runs.push(timed.run);
    results = timed.value;
    spent += timed.run.seconds;
  }
  const last = runs.at(-1)?.seconds ?? NaN;
  const outside = 1 - sessions.passSeconds / last;
  const peak = peakMemory();
  makeFolder(asked.folder);
  writeSafetensors(join(asked.folder, INPUTS), work.inputs, { texts: JSON.stringify(work.texts) });
  writeSafetensors(join(asked.folder, OURS), results);
  const facts = { flops: sessions.countFlops(), outside, loading: sessions.loadSeconds, ...(await planOf(work)) };
  await sessions.release();
  const variants = {
    ours: { first, seconds: runs.map(({ seconds }) => seconds), processor: runs.map(({ processor }) => processor) },
  };
  const operators = sessions.operatorTimes();
  return { opening, peak, variants, facts, ...(operators === undefined ? {} : { operators: [...operators] }) };
}

async function planOf({ plan }: OpenedWork): Promise<Pick<NonNullable<Answer["facts"]>, "foreseen" | "cuts">> {
  if (plan === undefined) return { foreseen: null, cuts: null };
  const { foreseen, cuts } = await plan();
  return { foreseen, cuts: [...cuts] };
}

interface TimedRun {
  readonly seconds: number;
  /** Of all cores together. */
  readonly processor: number;
}

async function timeRun<Value>(work: () => Promise<Value>): Promise<{ run: TimedRun; value: Value }> {
  const usage = process.cpuUsage();
  const start = performance.now();
  const value = await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(usage);
  return { run: { seconds, processor: (user + system) / 1e6 }, value };
}

function secondsSince(started: number): number {
  return (performance.timeOrigin + performance.now() - started) / 1000;
}

/** Bytes. */
function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}
