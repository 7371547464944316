// Applications on disk, as the gallery and the player show them.

import { readdirSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import type { AppliedDetail, AppliedSummary } from "../common/studio/applied.ts";
import { type Job, runId } from "../common/studio/job.ts";
import { drawnAt, drawnUrl, readApplied } from "./applied-results.ts";
import type { Home } from "./home.ts";
import { damagedFileOf, kindOfRun, readAppliedPlan, readRunNotes } from "./run-folder.ts";

/** The newest first. */
export function listApplied(home: Home, jobs: readonly Job[]): AppliedSummary[] {
  return readdirSync(home.runs)
    .filter((id) => kindOfRun(join(home.runs, id)) === "apply" && damagedFileOf(join(home.runs, id)) === null)
    .map((id) => summarise(home, id, jobs))
    .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}

export function readAppliedRun(home: Home, id: string, jobs: readonly Job[]): AppliedDetail {
  const folder = join(home.runs, id);
  const { request } = planOf(folder);
  const inside = (file: string): string => join(folder, file);
  return {
    ...summarise(home, id, jobs),
    folder,
    request: {
      ...request,
      embedding: resolve(folder, request.embedding),
      controls: request.controls.map((control) => ({ ...control, picture: inside(control.picture) })),
    },
    result: readApplied(id, folder)[0] ?? null,
    warnings: [...(jobs.find(({ run }) => run === id)?.diagnostics ?? [])],
  };
}

function summarise(home: Home, id: string, jobs: readonly Job[]): AppliedSummary {
  const folder = join(home.runs, id);
  const { model, draws, settings, steps, embedding, request } = planOf(folder);
  const { name, createdAt, notes, tags } = readRunNotes(folder);
  const job = jobs.find(({ run }) => run === id);
  const drawn = drawnAt(folder);
  const done = drawn !== null;
  return {
    id,
    number: home.runNumbers.of(id),
    name: name === "" ? id : name,
    createdAt,
    state: job?.state ?? (done ? "done" : "paused"),
    step: done ? steps : (job?.step ?? 0),
    total: steps,
    model,
    draws,
    prompt: request.prompt,
    settings,
    embedding: { path: embedding, run: runOf(home, embedding) },
    thumbnail: done ? drawnUrl(id, settings.frames, drawn) : null,
    notes,
    tags,
  };
}

/** The run that a file lies in. */
function runOf(home: Home, file: string): string | null {
  const [run = "", ...rest] = relative(home.runs, file).split(sep);
  return rest.length > 0 ? (runId.safeParse(run).data ?? null) : null;
}

function planOf(folder: string) {
  const plan = readAppliedPlan(folder);
  if (plan !== null) return plan;
  return refuse({
    code: "run-missing",
    at: { file: folder },
    message: "there is no such application",
    help: "it may have been deleted: look at the list anew",
  });
}
