// Images of fixed prompts and seeds along a run: what is learned does to them so far.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { PREVIEW_IMAGES_TEXT, PREVIEWS_FOLDER } from "../common/preview-files.ts";
import { type NamedSink, sinksOfKind } from "../common/program/sink-names.ts";
import type { RunEvent } from "../common/run-events.ts";
import { imageParameters } from "../pictures/image-parameters.ts";
import { writePng } from "../pictures/picture.ts";
import { type Provenance, textOfProvenance } from "../pictures/provenance.ts";
import { sideBySide } from "../pictures/side-by-side.ts";
import { makeFolder } from "../weights/atomic-write.ts";
import { drawImages, type DrawingObserver } from "./draw-images.ts";
import { imageBatch, isLearnedFrom } from "./image-batch.ts";
import { imageFacts, pipelineName } from "./image-facts.ts";
import type { ParameterValues } from "./moment.ts";
import { writePreviewRewards } from "./preview-rewards.ts";
import type { ProgramRun } from "./program-run.ts";
import { progressReporter } from "./progress-reporter.ts";
import { type OpenedScoredImage, openScoredImage, scoreDrawn } from "./scored-image.ts";

export interface Previews {
  readonly isDue: (step: number) => boolean;
  /** Those that are due at this step and not there yet. */
  readonly draw: (step: number, parameters: ParameterValues) => Promise<void>;
  /** All that show what is learned, due or not. */
  readonly drawNow: (step: number, parameters: ParameterValues) => Promise<void>;
  /** That the last ones took; `null` before the first. */
  readonly secondsPerImage: () => number | null;
}

export interface PreviewOptions {
  /** The run's folder. */
  readonly folder: string;
  /** Steps of the whole run: previews are due at its end. */
  readonly steps: number;
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly observer: DrawingObserver;
  readonly provenance: Provenance | undefined;
}

interface OpenedPreview extends NamedSink<"preview"> {
  readonly opened: OpenedScoredImage;
  /** One that depends on nothing learned always gives the same images. */
  readonly isConstant: boolean;
}

export function openPreviews(run: ProgramRun, options: PreviewOptions): Previews {
  const folder = join(options.folder, PREVIEWS_FOLDER);
  const previews = sinksOfKind(run.opened.program, "preview")
    .filter(({ sink }) => sink.every > 0)
    .map((named) => openPreview(run, named));
  if (previews.length > 0) makeFolder(folder);
  let perImage: number | null = null;
  const drawThose = async (
    step: number,
    parameters: ParameterValues,
    isWanted: (preview: OpenedPreview) => boolean,
  ): Promise<void> => {
    for (const preview of previews) {
      const file = join(folder, fileName(preview, step));
      if (!isWanted(preview) || existsSync(file)) continue;
      const begin = performance.now();
      const count = await drawPreview(preview, { step, parameters, file }, options);
      // A batch takes as long if it is not full.
      const { batch } = preview.opened.drawer;
      perImage = (performance.now() - begin) / 1000 / (Math.ceil(count / batch) * batch);
    }
  };
  return {
    isDue: (step) => previews.some((preview) => isDue(preview, step, options.steps)),
    draw: (step, parameters) => drawThose(step, parameters, (preview) => isDue(preview, step, options.steps)),
    secondsPerImage: () => perImage,
    drawNow: (step, parameters) => drawThose(step, parameters, ({ isConstant }) => !isConstant),
  };
}

function openPreview(run: ProgramRun, named: NamedSink<"preview">): OpenedPreview {
  const { image } = named.sink;
  return {
    ...named,
    opened: openScoredImage(run, named.sink, imageBatch(run.opened, image)),
    isConstant: !isLearnedFrom(run.opened, image),
  };
}

function isDue({ isConstant, sink: { every } }: OpenedPreview, step: number, last: number): boolean {
  if (isConstant) return step === 0;
  return step % every === 0 || step === last;
}

function fileName({ name }: OpenedPreview, step: number): string {
  return `${name === undefined ? "" : `${name}-`}step-${String(step).padStart(6, "0")}.png`;
}

interface PreviewNow {
  readonly step: number;
  readonly parameters: ParameterValues;
  readonly file: string;
}

/** @returns how many images that were */
async function drawPreview(
  { opened, sink, name = "" }: OpenedPreview,
  { step, parameters, file }: PreviewNow,
  { folder, emit, observer, provenance }: PreviewOptions,
): Promise<number> {
  const { program, open } = opened.run.opened;
  const prompts = open(sink.prompts, "prompts").texts.slice(0, sink.count);
  const requests = prompts.map((prompt, place) => ({ prompt, seed: sink.seed + place, place }));
  const pictures = await drawImages(opened.drawer, requests, {
    parameters,
    ...observer,
    onProgress: progressReporter("drawing", emit, { unit: "preview images" }),
  });
  const { objective: rewards } = await scoreDrawn(opened, pictures, requests, {
    parameters,
    onScored: progressReporter("scoring", emit, { unit: "preview images" }),
  });
  const { pipeline, ...facts } = imageFacts(program, sink.image);
  const images = requests.map(({ prompt, seed }, i) => ({
    prompt,
    seed,
    ...(rewards === null ? {} : { reward: rewards[i] }),
    parameters: imageParameters({ ...facts, prompt, seed, pipeline: pipelineName({ pipeline }) }),
  }));
  const text = {
    Title: prompts.join(" | "),
    [PREVIEW_IMAGES_TEXT]: JSON.stringify(images),
    ...textOfProvenance(provenance),
  };
  // Before the image: whoever finds that one finds its rewards.
  if (rewards !== null) writePreviewRewards(folder, { name, step, rewards: [...rewards] });
  await writePng(file, sideBySide(pictures), text);
  await emit({ type: "preview", file, step });
  return prompts.length;
}
