// What a person does in the studio, as far as it is written: jobs, notes, drafts, documents. Each step can be done again where it was refused.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { draft, draftEntry, type HistoryStep } from "../../src-main/common/studio/draft.ts";
import type { Job } from "../../src-main/common/studio/job.ts";
import { changesBetween } from "../../src-main/common/workflow-changes.ts";
import { setParam } from "../../src-main/common/workflow-edits.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { openDocument, saveDocument } from "../../src-main/studio/documents.ts";
import { type Drafts, openDrafts } from "../../src-main/studio/drafts.ts";
import { type Home, openHome } from "../../src-main/studio/home.ts";
import { createJobs, type Jobs } from "../../src-main/studio/jobs.ts";
import { annotateRun, binRun, restoreRun } from "../../src-main/studio/runs.ts";
import { engineInProcess } from "./engine-in-process.ts";
import { shortWorkflow } from "./short-workflow.ts";

export interface Desk {
  readonly home: Home;
  readonly jobs: Jobs;
  readonly drafts: Drafts;
}

/** What is kept is told from what was kept in the round before. */
type Step = (desk: Desk, round: number) => Promise<void> | void;

export function openDesk(folder: string): Desk {
  const home = openHome(folder);
  try {
    const engine = engineInProcess();
    const crew = { api: engine.api, place: () => null };
    const jobs = createJobs({ home, worker: engine, helper: engine.api, crew, publish: () => undefined });
    return { home, jobs, drafts: openDrafts(home) };
  } catch (error) {
    home.leave();
    throw error;
  }
}

/** A device that this system never has: a job that wants it begins, and ends at once. */
const MISSING = process.platform === "darwin" ? "cuda" : "coreml";
const NOTHING = { nodes: [], edges: [] };

export const STEPS: Readonly<Record<string, Step>> = {
  "enqueue the first": ({ jobs }) => enqueue(jobs, "first"),
  "resume the first": ({ jobs }) => resume(jobs, "first"),
  "stop the first": ({ jobs }) => jobs.command(newest(jobs, "first").run, "stop"),
  "note the first": ({ home, jobs }, round) =>
    annotateRun(home, { id: newest(jobs, "first").run, notes: `Round ${round}`, tags: [`${round}`] }),
  "enqueue the second": ({ jobs }) => enqueue(jobs, "second"),
  "forget the second": ({ jobs }) => forget(jobs, "second"),
  "delete a run": ({ home, jobs }) => {
    const { run } = newest(jobs, "first");
    if (existsSync(join(home.runs, run))) binRun(home, run);
  },
  "restore a run": ({ home, jobs }) => {
    const { run } = newest(jobs, "first");
    if (!existsSync(join(home.runs, run))) restoreRun(home, run);
  },
  "keep a tab": (desk, round) => keep(desk, "one", 0, round),
  "change the tab": (desk, round) => change(desk, 1, round),
  "change the tab again": (desk, round) => change(desk, 2, round),
  "keep the tab anew": (desk, round) => keep(desk, "one", 2, round, "anew"),
  "change the tab a third time": (desk, round) => change(desk, 3, round),
  "keep another tab": (desk, round) => keep(desk, "two", 0, round),
  "close the other tab": ({ drafts }) => drafts.drop("two"),
  "save a document": ({ home }, round) => save(home, "new", round),
  "save it again": ({ home }, round) => save(home, "new", round + 0.5),
};

/** The last that was enqueued by that name. */
function newest(jobs: Jobs, name: string): Job {
  const found = jobs.list().findLast((job) => job.name === name);
  if (found === undefined) throw new Error(`there is no job ${name}`);
  return found;
}

async function enqueue(jobs: Jobs, name: string): Promise<void> {
  const { run } = await jobs.enqueue({ name, workflow: shortWorkflow(), path: null, device: MISSING });
  await untilEnded(jobs, run);
}

async function resume(jobs: Jobs, name: string): Promise<void> {
  const { run } = newest(jobs, name);
  await jobs.command(run, "resume");
  await untilEnded(jobs, run);
}

/** It may be gone from the list although the caller was refused. */
async function forget(jobs: Jobs, name: string): Promise<void> {
  const job = jobs.list().findLast((one) => one.name === name);
  if (job !== undefined) await jobs.command(job.run, "forget");
}

async function untilEnded(jobs: Jobs, run: string): Promise<void> {
  const isOpen = (): boolean => jobs.list().some((job) => job.run === run && ["queued", "running"].includes(job.state));
  while (isOpen()) await sleep(1);
}

/** @param scale as many changes as there are by then */
function keep({ drafts }: Pick<Desk, "drafts">, id: string, scale: number, round: number, copy = "first"): void {
  const steps = Array.from({ length: scale }, (_, i) => setScale(i + 1));
  const whole = { ...aboutTab(id, round, copy), workflow: scaled(scale), steps, done: scale };
  drafts.save(draft.parse(whole));
}

/** As the page does it: what does not continue what is kept is kept whole. */
function change(desk: Desk, scale: number, round: number): void {
  const copy = scale > 2 ? "anew" : "first";
  const entry = {
    ...aboutTab("one", round, copy),
    done: scale,
    forgotten: 0,
    kept: scale - 1,
    steps: [setScale(scale)],
  };
  if (!desk.drafts.append(draftEntry.parse(entry))) keep(desk, "one", scale, round, copy);
}

function aboutTab(id: string, round: number, copy: string) {
  return { id, name: `${id} of round ${round}`, path: null, version: null, copy: `${copy} of round ${round}` };
}

function scaled(scale: number): Workflow {
  return setParam(shortWorkflow(), "cfg", "scale", scale + 1);
}

function setScale(scale: number): HistoryStep {
  const changes = changesBetween(scaled(scale - 1), scaled(scale));
  return { label: `Scale ${scale}`, changes, mergeKey: null, at: 0, size: 0, before: NOTHING, after: NOTHING };
}

/** As the page does it: over what it has opened. */
function save(home: Home, name: string, scale: number): void {
  const path = join(home.workflows, `${name}.reneg.json`);
  const version = existsSync(path) ? openDocument(home, path).version : null;
  saveDocument(home, { path, workflow: scaled(scale), version });
}
