// Carries an application out: drawn from where it was left, written, and what was kept meanwhile removed.

import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { ApplyRequest, ApplyResult } from "../common/applying.ts";
import type { DeviceName } from "../common/device.ts";
import { type Diagnostic, refuse } from "../common/diagnostic.ts";
import type { RunEvent } from "../common/run-events.ts";
import type { Drawn } from "../sampling/application/applied-folder.ts";
import { checkApplication } from "../sampling/application/check-application.ts";
import { drawApplication } from "../sampling/application/draw-application.ts";
import type { Application } from "../sampling/application/open-application.ts";
import { progressReporter } from "../sampling/progress-reporter.ts";
import { removeUnfinished, unfinishedOf } from "../sampling/unfinished-drawing.ts";
import { makeFolder } from "../weights/atomic-write.ts";
import { openTargetOf, resolveRequest } from "./open-target-of.ts";
import { withApplication } from "./with-application.ts";

export interface CarryOutOptions {
  readonly device: DeviceName;
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly signal: AbortSignal;
  /** The file or folder that `write` makes; beside it lies where the drawing stands. */
  readonly result: string;
  readonly write: (application: Application, drawn: Drawn) => Promise<void>;
  /** How a phase is called in what is told of it. */
  readonly phaseName?: (phase: string, model: string) => string;
}

/** @throws Refusal before anything runs if the embedding does not fit, or memory is short */
export async function carryOutApplication(
  asked: ApplyRequest,
  { device, emit, signal, result, write, phaseName = (phase) => phase }: CarryOutOptions,
): Promise<ApplyResult> {
  const started = performance.now();
  const file = resolve(result);
  const unfinished = unfinishedOf(file);
  // What cannot be opened is told before a trial tells what it predicts.
  openTargetOf(asked);
  makeFolder(dirname(file));
  const request = await resolveRequest(asked, { device, emit });
  const warn = (diagnostic: Diagnostic) => emit({ type: "warning", diagnostic });
  return withApplication(request, { device, signal, warn }, async (application) => {
    const { target, settings, memory } = application;
    for (const diagnostic of checkApplication(application)) await warn(diagnostic);
    const progress = (phase: string, before = 0) => progressReporter(phaseName(phase, target.name), emit, { before });
    const columns = await drawApplication(application, { unfinished, emit, progress }).catch((error: unknown) => {
      // A fault that comes while it stops is told as it is.
      if (signal.aborted && error === signal.reason && existsSync(unfinished)) refuseStopped(unfinished);
      throw error;
    });
    const seconds = (performance.now() - started) / 1000;
    await write(application, { columns, device, seconds });
    removeUnfinished(unfinished);
    return { file, columns: request.columns, settings, device, seconds, memory };
  });
}

function refuseStopped(unfinished: string): never {
  return refuse({
    code: "cancelled",
    at: { file: unfinished },
    message: "stopped on request; what was drawn is kept here",
    help: "the same command goes on from there",
  });
}
