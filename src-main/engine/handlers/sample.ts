// Answers `sample`: draws images with a pipeline and writes them as PNG.

import { dirname, extname, join, resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { type Diagnostic, refuse } from "../../common/diagnostic.ts";
import type { RunEvent } from "../../common/run-events.ts";
import type { SampleInput } from "../../common/sampling.ts";
import { openPipeline } from "../../models/pipeline.ts";
import { readOwnSettings } from "../../models/target/own-settings.ts";
import { publishedSettings } from "../../models/target/published-settings.ts";
import { imageParameters, LEARNED_NEGATIVE } from "../../pictures/image-parameters.ts";
import { type Picture, writePng } from "../../pictures/picture.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { StageSessions } from "../../runtime/stage-sessions.ts";
import { checkDrawnNegative } from "../../sampling/check-guidance.ts";
import { checkDrawnTexts } from "../../sampling/check-texts.ts";
import { drawImages, openImageDrawer } from "../../sampling/draw-images.ts";
import type { ImageRequest } from "../../sampling/draw-latents.ts";
import { LARGEST_BATCH } from "../../sampling/image-batch.ts";
import { imageName } from "../../sampling/image-name.ts";
import { DRAWN, ENCODER, imageProgram } from "../../sampling/image-program.ts";
import { openRun } from "../../sampling/open-run.ts";
import { type ProgramRun, withChunks } from "../../sampling/program-run.ts";
import { progressReporter } from "../../sampling/progress-reporter.ts";
import { makeFolder } from "../../weights/atomic-write.ts";

export const sample: ApiHandlers["sample"] = async (input, { emit, signal }) => {
  const device = await chooseDevice(input.device);
  const requests = input.prompts.flatMap((prompt, place) =>
    Array.from({ length: input.count }, (_, i): ImageRequest => ({ prompt, seed: input.seed + i, place })),
  );
  const files = nameFiles(input, requests);
  const started = performance.now();
  const { tokenizer, textEncoder, prediction, base, ema, prompts, negative, steps, scheduler, cacheInterval } = input;
  const options = { tokenizer, textEncoder, prediction, base, ema };
  const own = readOwnSettings(openPipeline(input.pipeline, options).path).settings;
  const guidance = input.guidance ?? own.guidance ?? publishedSettings.picture.guidance;
  const program = imageProgram({
    model: { path: input.pipeline, draws: "pictures", ...options },
    reading: readingOf(input),
    prompts,
    negative,
    guidance,
    sampling: { scheduler, steps, cacheInterval },
    at: {},
  });
  const sessions = new StageSessions(device, signal);
  try {
    const run = await openRun(program, { device, emit, sessions });
    const idle = negative.kind === "none" ? [] : checkDrawnNegative(guidance, { option: "--guidance" });
    for (const diagnostic of idle) await emit({ type: "warning", diagnostic });
    const pictures = await drawByLength(run, requests, input, emit);
    const words = wordsOf(negative);
    const images = [];
    for (const [i, picture] of pictures.entries()) {
      const { prompt, seed } = requests[i] ?? { prompt: "", seed: 0 };
      const file = files[i] ?? "";
      const drawn = { steps, scheduler, guidance, cacheInterval };
      const made = { ...drawn, prompt, seed, negative: words, pipeline: input.pipeline };
      await writePng(file, picture, { parameters: imageParameters(made) });
      images.push({ file, prompt, seed });
    }
    return { images, device, seconds: (performance.now() - started) / 1000 };
  } finally {
    await sessions.release();
  }
};

function readingOf({ longPrompts, promptWeights, embeddings }: SampleInput) {
  return { longPrompts, promptWeights, embeddings };
}

/** Prompts of as many chunks are drawn together, so that an image does not depend on which others are asked for. In the order of the requests. */
async function drawByLength(
  run: ProgramRun,
  requests: readonly ImageRequest[],
  input: SampleInput,
  emit: (event: RunEvent) => Promise<void>,
): Promise<Picture[]> {
  const { host, open } = run.opened;
  const { pipeline } = open(ENCODER, "text encoder");
  const chunksOf = (text: string): number => host.readText(pipeline, text, readingOf(input)).chunks;
  const least = input.negative.kind === "text" ? chunksOf(input.negative.text) : 1;
  const lengths = new Map(input.prompts.map((prompt) => [prompt, Math.max(least, chunksOf(prompt))]));
  const report = progressReporter("sampling", emit, { unit: "images" });
  const pictures = new Map<ImageRequest, Picture>();
  const groups = Map.groupBy(requests, ({ prompt }) => lengths.get(prompt) ?? 1);
  for (const [chunks, part] of groups) {
    for (const diagnostic of checkGroup(run, part, input, chunks)) await emit({ type: "warning", diagnostic });
    const drawer = openImageDrawer(
      withChunks(run, new Map([[ENCODER, chunks]])),
      DRAWN,
      Math.min(part.length, LARGEST_BATCH),
    );
    const before = pictures.size;
    await drawImages(drawer, part, {
      parameters: new Map(),
      onProgress: (done) => report(before + done, requests.length),
      onImages(first, drawn) {
        for (const [i, picture] of drawn.entries()) {
          const request = part[first + i];
          if (request !== undefined) pictures.set(request, picture);
        }
      },
    });
  }
  return requests.flatMap((request) => pictures.get(request) ?? []);
}

/** Warnings of prompts of one length; what is to be said of the negative is said once. */
function checkGroup(run: ProgramRun, part: readonly ImageRequest[], input: SampleInput, chunks: number): Diagnostic[] {
  const { host, open } = run.opened;
  const { pipeline } = open(ENCODER, "text encoder");
  const read = { pipeline, reading: readingOf(input), chunks, isFixed: false };
  const isFirst = part.some(({ place }) => place === 0);
  const prompts = [...new Set(part.map(({ prompt }) => prompt))];
  const negatives = isFirst && input.negative.kind === "text" ? [input.negative.text] : [];
  return [
    ...checkDrawnTexts(host, read, { what: "prompt", texts: prompts, at: { option: "--prompt" } }),
    ...checkDrawnTexts(host, read, { what: "negative", texts: negatives, at: { option: "--negative" } }),
  ];
}
const OTHER_PICTURES: ReadonlySet<string> = new Set([
  ".jpg",
  ".jpeg",
  ".webp",
  ".gif",
  ".bmp",
  ".tif",
  ".tiff",
  ".avif",
]);

/** One PNG as named, or a folder with a PNG for each picture. */
function nameFiles({ out, count }: SampleInput, requests: readonly ImageRequest[]): string[] {
  const isFile = extname(out).toLowerCase() === ".png";
  if (isFile && requests.length > 1) {
    refuse({
      code: "output-is-file",
      at: { option: "--out" },
      message: `${requests.length} pictures do not fit into one file, ${out}`,
      help: "name a folder",
    });
  }
  if (OTHER_PICTURES.has(extname(out).toLowerCase())) {
    refuse({
      code: "output-kind",
      at: { option: "--out" },
      message: `only PNG is written, not ${extname(out)}`,
      help: "name a .png file, or a folder",
    });
  }
  makeFolder(isFile ? dirname(resolve(out)) : resolve(out));
  if (isFile) return [resolve(out)];
  return requests.map((request, i) => resolve(join(out, `${imageName(Math.floor(i / count), request)}.png`)));
}

function wordsOf(negative: SampleInput["negative"]): string {
  switch (negative.kind) {
    case "none":
      return "";
    case "text":
      return negative.text;
    case "embedding":
      return LEARNED_NEGATIVE;
  }
}
