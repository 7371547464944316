// Answers `sample`: draws pictures with a pipeline and writes them as PNG.

import { dirname, extname, join, resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { refuse } from "../../common/diagnostic.ts";
import type { RunEvent } from "../../common/run-events.ts";
import type { SampleInput } from "../../common/sampling.ts";
import { openPipeline, type Pipeline } from "../../models/pipeline.ts";
import { readOwnSettings } from "../../models/target/own-settings.ts";
import { publishedSettings } from "../../models/target/published-settings.ts";
import { LEARNED_NEGATIVE, imageParameters } from "../../pictures/image-parameters.ts";
import { type Picture, writePng } from "../../pictures/picture.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { StageSessions } from "../../runtime/stage-sessions.ts";
import { progressReporter } from "../../sampling/progress-reporter.ts";
import { resolvePrediction } from "../../sampling/resolve-prediction.ts";
import { checkDrawnNegative } from "../../training/check-learns.ts";
import { checkDrawnTexts } from "../../training/check-texts.ts";
import { drawPictures, type PictureRequest } from "../../training/draw-pictures.ts";
import { type Generator, openGenerator, openReader } from "../../training/generator.ts";
import { loadNegative } from "../../training/load-negative.ts";
import { openScheduler } from "../../training/open-scheduler.ts";
import { chunksOf } from "../../training/prompt-chunks.ts";
import { makeFolder } from "../../weights/atomic-write.ts";

// More at once needs more memory and is hardly faster on a processor.
const LARGEST_BATCH = 4;

export const sample: ApiHandlers["sample"] = async (input, { emit, signal }) => {
  const device = await chooseDevice(input.device);
  const requests = input.prompts.flatMap((prompt) =>
    Array.from({ length: input.count }, (_, i): PictureRequest => ({ prompt, seed: input.seed + i })),
  );
  const files = nameFiles(input, requests);
  const started = performance.now();
  const sessions = new StageSessions(device, signal);
  try {
    const pipeline = openPipeline(input.pipeline, await resolvePrediction(input, { device, emit }));
    const own = readOwnSettings(pipeline.path).settings;
    const guidance = input.guidance ?? own.guidance ?? publishedSettings.picture.guidance;
    const sampler = openScheduler(pipeline, input.scheduler, input.steps);
    const idle = input.negative.kind === "none" ? [] : checkDrawnNegative(guidance, { option: "--guidance" });
    for (const diagnostic of idle) await emit({ type: "warning", diagnostic });
    const pictures = await drawByLength(requests, input, pipeline, {
      sessions,
      emit,
      draw: (generator, part, negative, onProgress) =>
        drawPictures(generator, sampler, part, { negative, guidance, onProgress }),
    });
    const { steps, scheduler } = input;
    const words = wordsOf(input.negative);
    const images = [];
    for (const [i, picture] of pictures.entries()) {
      const { prompt, seed } = requests[i] ?? { prompt: "", seed: 0 };
      const file = files[i] ?? "";
      const made = { prompt, seed, negative: words, steps, scheduler, guidance, pipeline: input.pipeline };
      await writePng(file, picture, { parameters: imageParameters(made) });
      images.push({ file, prompt, seed });
    }
    return { images, device, seconds: (performance.now() - started) / 1000 };
  } finally {
    await sessions.release();
  }
};

interface DrawByLength {
  readonly sessions: StageSessions;
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly draw: (
    generator: Generator,
    requests: readonly PictureRequest[],
    negative: Float32Array,
    onProgress: (done: number, total: number) => Promise<void>,
  ) => Promise<Picture[]>;
}

/** Prompts of as many chunks are drawn together, so that a picture does not depend on which others are asked for. In the order of the requests. */
async function drawByLength(
  requests: readonly PictureRequest[],
  input: SampleInput,
  pipeline: Pipeline,
  { sessions, emit, draw }: DrawByLength,
): Promise<Picture[]> {
  const reader = openReader(pipeline, input);
  const least = input.negative.kind === "text" ? chunksOf(input.negative.text, reader) : 1;
  const lengths = new Map(input.prompts.map((prompt) => [prompt, Math.max(least, chunksOf(prompt, reader))]));
  const report = progressReporter("sampling", emit, { unit: "images" });
  const pictures = new Map<PictureRequest, Picture>();
  const groups = Map.groupBy(requests, ({ prompt }) => lengths.get(prompt) ?? 1);
  let isFirst = true;
  for (const [chunks, part] of groups) {
    const generator = openGenerator(pipeline, sessions, Math.min(part.length, LARGEST_BATCH), undefined, {
      reading: input,
      chunks,
    });
    const negative = await loadNegative(generator, input.negative);
    const texts = input.negative.kind === "text" ? [input.negative.text] : [];
    const warnings = [
      ...checkDrawnTexts(generator, {
        what: "prompt",
        texts: [...new Set(part.map(({ prompt }) => prompt))],
        at: { option: "--prompt" },
      }),
      ...(isFirst ? checkDrawnTexts(generator, { what: "negative", texts, at: { option: "--negative" } }) : []),
      ...(isFirst ? negative.warnings : []),
    ];
    for (const diagnostic of warnings) await emit({ type: "warning", diagnostic });
    const before = pictures.size / requests.length;
    const share = part.length / requests.length;
    const drawn = await draw(generator, part, negative.embedding, (done, total) =>
      report((before + (share * done) / total) * total, total),
    );
    for (const [i, request] of part.entries()) {
      const picture = drawn[i];
      if (picture !== undefined) pictures.set(request, picture);
    }
    isFirst = false;
  }
  return requests.flatMap((request) => pictures.get(request) ?? []);
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
function nameFiles({ out, count }: SampleInput, requests: readonly PictureRequest[]): string[] {
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
  return requests.map(({ prompt, seed }, i) => {
    const number = String(Math.floor(i / count) + 1).padStart(3, "0");
    const words = prompt.toLowerCase().match(/[a-z0-9]+/g) ?? [];
    return resolve(join(out, [number, ...words.slice(0, 6), `seed${seed}`].join("-") + ".png"));
  });
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
