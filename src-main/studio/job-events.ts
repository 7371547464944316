// What the windows, the list of jobs and the log of a run hear of its events.

import { basename, join } from "node:path";
import type { Diagnostic } from "../common/diagnostic.ts";
import { DRAWING, type ProgressEvent, type RunEvent } from "../common/run-events.ts";
import type { StageTime, StageTimes } from "../common/stage-times.ts";
import type { Job } from "../common/studio/job.ts";
import type { RunLogLine } from "../common/studio/run-log.ts";
import type { StudioEvent } from "../common/studio/studio-event.ts";
import type { Home } from "./home.ts";
import type { JobTable } from "./job-table.ts";
import { runUrl } from "./run-files.ts";
import { describePreview } from "./run-folder.ts";
import { appendLog } from "./run-log.ts";

export interface EventOptions {
  readonly home: Home;
  readonly table: JobTable;
  readonly publish: (event: StudioEvent) => void;
}

export function tellLog({ home, publish }: EventOptions, run: string, line: Omit<RunLogLine, "at">): void {
  const told = { at: new Date().toISOString(), ...line };
  appendLog(join(home.runs, run), told);
  publish({ type: "log", run, lines: [told] });
}

/** Into the log of the run, with their notes. */
export function tellErrors(options: EventOptions, run: string, diagnostics: readonly Diagnostic[]): void {
  for (const { severity, message, notes = [] } of diagnostics) {
    if (severity !== "error") continue;
    const lines = [message, ...notes.map((note) => note.message)];
    tellLog(options, run, { from: "studio", tone: "error", text: lines.join("\n") });
  }
}

/** Its steps are those of the sampler, over all columns. */
export function listenToDrawing(options: EventOptions, run: string, folder: string): (event: RunEvent) => void {
  const listen = listenTo(options, run, folder);
  return (event) => {
    if (event.type !== "progress" || event.phase !== DRAWING) return listen(event);
    const { done: step, total, secondsLeft = null } = event;
    const secondsPerStep = secondsLeft === null || step === total ? null : secondsLeft / (total - step);
    options.table.change(run, { step, total, secondsLeft, secondsPerStep, phase: null });
  };
}

export function listenTo(options: EventOptions, run: string, folder: string): (event: RunEvent) => void {
  const { table, publish } = options;
  const log = (tone: RunLogLine["tone"], text: string): void => tellLog(options, run, { from: "studio", tone, text });
  const tellLoads = loadsTeller((text) => log("info", text));
  let latentPreviews = 0;
  return (event) => {
    switch (event.type) {
      case "step": {
        const { step, total, reward, stepSeconds: seconds, secondsPerStep, secondsLeft, mayEndEarly = false } = event;
        const { rewardDeviation, heldOut, recent, gradientNorm, learningRate, updates, memoryMB } = event;
        const own = { reward, rewardDeviation, heldOut, gradientNorm, learningRate };
        const point = { step, ...own, ...(updates === undefined ? {} : { updates }), seconds, memoryMB };
        publish({ type: "steps", run, steps: [point] });
        const left = { secondsPerStep, secondsLeft, mayEndEarly };
        return table.change(run, { step, total, reward: recent.reward, ...left, phase: null });
      }
      case "progress":
        return table.change(run, { phase: phaseOf(event) });
      case "loading":
        return table.change(run, { loading: event.what });
      case "preview": {
        const preview = describePreview(run, folder, basename(event.file));
        if (preview !== null) publish({ type: "preview", run, preview });
        return table.change(run, { phase: null });
      }
      case "latent-preview": {
        const url = runUrl(run, basename(event.file), ++latentPreviews);
        return publish({ type: "latent-preview", run, url, step: event.done, total: event.total });
      }
      case "stages":
        tellLoads(event.times);
        return publish({ type: "stages", run, times: event.times });
      case "warning":
        log("warning", event.diagnostic.message);
        return table.change(run, { diagnostics: [...table.warningsOf(run), event.diagnostic] });
      case "held-out": {
        table.change(run, { phase: null });
        return publish({ type: "library" });
      }
      case "note":
        return log("info", event.message);
    }
  };
}

/** Says the device once, and each stage when it is loaded. */
function loadsTeller(log: (text: string) => void): (times: StageTimes) => void {
  const loads = new Map<string, StageTime>();
  let isBegun = false;
  return ({ device, stages }) => {
    if (!isBegun) log(`Runs on ${device}`);
    isBegun = true;
    for (const stage of stages) {
      const before = loads.get(stage.name);
      const seconds = stage.loadSeconds - (before?.loadSeconds ?? 0);
      if (stage.loads > (before?.loads ?? 0)) log(`Loaded ${stage.name} in ${seconds.toFixed(1)} s`);
      loads.set(stage.name, stage);
    }
  };
}

function phaseOf({ phase: name, unit, done, total, secondsLeft }: ProgressEvent): Job["phase"] {
  return { name, unit: unit ?? null, done, total, secondsLeft: secondsLeft ?? null };
}
