// metrics.jsonl of a run folder: a line a step, so that what was written before a crash can still be read.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { jsonOrNull } from "../common/json-or-null.ts";
import { ledSteps, rewardCourseOf } from "../common/reward-course.ts";
import type { StepEvent } from "../common/run-events.ts";
import { metricsPoint, type MetricsPoint } from "../common/studio/run.ts";
import { appendToFile, writeFileAtomically } from "../weights/atomic-write.ts";

export const METRICS_FILE = "metrics.jsonl";

export function appendMetrics(run: string, metrics: MetricsPoint): void {
  appendToFile(file(run), `${JSON.stringify(metrics)}\n`);
}

/** A last line that was cut off by a crash is left out. */
export function readMetrics(run: string): MetricsPoint[] {
  if (!existsSync(file(run))) return [];
  return readFileSync(file(run), "utf8")
    .split("\n")
    .flatMap((text) => {
      const parsed = metricsPoint.safeParse(jsonOrNull(text));
      return parsed.success ? [parsed.data] : [];
    });
}

/** Forgets steps beyond `steps`: a resumed run does them again. */
export function keepMetrics(run: string, steps: number): void {
  if (!existsSync(file(run))) return;
  const kept = readMetrics(run).filter(({ step }) => step <= steps);
  writeFileAtomically(file(run), kept.map((metrics) => `${JSON.stringify(metrics)}\n`).join(""));
}

/** @param metrics of all steps so far, at least one */
export function recentOf(metrics: readonly MetricsPoint[]): StepEvent["recent"] {
  const lastOf = (values: readonly number[]) => {
    const course = rewardCourseOf(values);
    if (course === null) throw new Error("no step is done yet");
    return course.last;
  };
  const own = ledSteps(metrics);
  const names = Object.keys(own.at(-1)?.heldOut ?? {});
  return {
    reward: lastOf(own.map(({ reward }) => reward)),
    heldOut: Object.fromEntries(names.map((name) => [name, lastOf(own.flatMap(({ heldOut }) => heldOut[name] ?? []))])),
  };
}

function file(run: string): string {
  return join(run, METRICS_FILE);
}
