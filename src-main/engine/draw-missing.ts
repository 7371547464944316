// Draws those of many prompts whose files are not there yet, in this process or by workers, and writes each as it comes.

import { basename, dirname } from "node:path";
import type { DrawnPrompt } from "../common/apply-many.ts";
import type { ApplyRequest, DrawingSettings } from "../common/applying.ts";
import { countedOf } from "../common/counted.ts";
import type { DeviceName } from "../common/device.ts";
import { refuse } from "../common/diagnostic.ts";
import type { RunEvent } from "../common/run-events.ts";
import type { Target } from "../models/target/open-target.ts";
import type { VideoWriter } from "../pictures/write-video.ts";
import { videoOf } from "../sampling/application/describe-application.ts";
import { drawEach, type DrawEachOptions } from "../sampling/application/draw-each.ts";
import type { DrawnFolder } from "../sampling/application/drawn-folder.ts";
import type { Application } from "../sampling/application/open-application.ts";
import { progressReporter } from "../sampling/progress-reporter.ts";
import { removeUnfinished, unfinishedOf } from "../sampling/unfinished-drawing.ts";
import { drawWithWorkers } from "./workers/draw-with-workers.ts";
import type { openWorkers } from "./workers/open-workers.ts";

export interface DrawMissingOptions {
  /** Its own prompt and seed stand for none of them. */
  readonly request: ApplyRequest;
  readonly target: Target;
  readonly settings: DrawingSettings;
  readonly folder: DrawnFolder;
  readonly write: VideoWriter;
  readonly applicationFor: (request: ApplyRequest) => Application;
  /** Absent: this process draws. */
  readonly workers: Awaited<ReturnType<typeof openWorkers>> | undefined;
  /** On which images are drawn. */
  readonly device: DeviceName;
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly signal: AbortSignal;
}

/** @returns how many were there already @throws Refusal if it was stopped, with how much is kept */
export async function drawMissing(images: readonly DrawnPrompt[], options: DrawMissingOptions): Promise<number> {
  const { request, target, settings, folder, write, applicationFor, workers, device, emit, signal } = options;
  const missing = images.filter((image) => !folder.has(image));
  const kept = images.length - missing.length;
  if (kept > 0) await emit({ type: "note", message: `${drawnOf(kept, images)} already` });
  if (missing.length === 0) return kept;
  let written = kept;
  const { length: columns } = request.columns;
  const unit = target.draws === "videos" ? "videos" : "images";
  const report = progressReporter(`drawing on ${target.name}`, emit, { unit, before: kept * columns });
  const hearing: Pick<DrawEachOptions, "onDrawn" | "onProgress"> = {
    onProgress: (done) => report(kept * columns + done, images.length * columns),
    async onDrawn(place, frames) {
      const image = imageAt(missing, place);
      const { file, prompt, seed } = image;
      await write(file, videoOf({ request: { ...request, prompt, seed }, target, settings }, frames));
      removeUnfinished(unfinishedOf(file));
      folder.add(image);
      written += 1;
    },
  };
  const prompts = missing.map(({ prompt, seed }) => ({ prompt, seed }));
  const drawn =
    workers === undefined
      ? drawEach(
          prompts.map((one) => ({ ...request, ...one })),
          { ...hearing, applicationFor, unfinishedOf: (place) => unfinishedOf(imageAt(missing, place).file), emit },
        )
      : drawWithWorkers({ request, prompts }, settings, {
          ...workers,
          ...hearing,
          device,
          title: `${basename(request.embedding)} on ${target.name}`,
          warn: (diagnostic) => emit({ type: "warning", diagnostic }),
          signal,
        });
  await drawn.catch((error: unknown) => {
    // A fault that comes while it stops is told as it is.
    if (signal.aborted && error === signal.reason) refuseStopped(images, written);
    throw error;
  });
  return kept;
}

function imageAt(images: readonly DrawnPrompt[], place: number): DrawnPrompt {
  const image = images[place];
  if (image === undefined) throw new Error(`there is no prompt ${place}`);
  return image;
}

function drawnOf(count: number, { length }: readonly DrawnPrompt[]): string {
  return `${countedOf(count, length, "prompt", ["is", "are"])} drawn`;
}

function refuseStopped(images: readonly DrawnPrompt[], written: number): never {
  refuse({
    code: "cancelled",
    at: { file: images[0] === undefined ? "" : dirname(images[0].file) },
    message: `stopped on request; ${drawnOf(written, images)} and kept here`,
    help: "the same command goes on from there",
  });
}
