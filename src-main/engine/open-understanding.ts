// What the requests that look into a learned embedding have in common: its pipeline, its places, and images under changed ones.

import { resolve } from "node:path";
import type { ContributionsInput, NearestInput } from "../common/embedding-understanding.ts";
import type { RunEvent } from "../common/run-events.ts";
import { PLAIN_READING } from "../common/text-reading.ts";
import { embedded } from "../models/embedded.ts";
import type { PipelineOptions } from "../models/pipeline-source.ts";
import { openPipeline } from "../models/pipeline.ts";
import { chooseDevice } from "../runtime/devices.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { openContextImages } from "../sampling/context-images.ts";
import type { ImageRequest } from "../sampling/draw-latents.ts";
import { contextProgram } from "../sampling/image-program.ts";
import { type LearnedPlaces, openLearnedPlaces } from "../sampling/learned-places.ts";
import { openRun } from "../sampling/open-run.ts";
import { openTextEncoder } from "../sampling/text-encoder.ts";
import { readPromptFile } from "../texts/prompt-file.ts";

/** Of an embedding whose file does not tell: what is usual, and what the paper learns at. */
const LEARNED_GUIDANCE = 7.5;

interface Context {
  readonly signal: AbortSignal;
  readonly emit: (event: RunEvent) => Promise<void>;
}

type EmbeddingInput = Omit<NearestInput, "count" | "words">;

function optionsOf({ tokenizer, textEncoder, prediction, base, ema }: EmbeddingInput): PipelineOptions {
  return { tokenizer, textEncoder, prediction, base, ema };
}

/** Sessions are released when `use` has ended. */
export async function withLearnedPlaces<Result>(
  input: EmbeddingInput,
  { signal, emit }: Context,
  use: (opened: {
    readonly places: LearnedPlaces;
    readonly pipeline: ReturnType<typeof openPipeline>;
    readonly encoder: ReturnType<typeof openTextEncoder>;
    readonly sessions: StageSessions;
  }) => Promise<Result>,
): Promise<Result> {
  const sessions = new StageSessions(await chooseDevice(input.device), signal);
  try {
    const pipeline = openPipeline(input.pipeline, optionsOf(input));
    const encoder = openTextEncoder(pipeline, sessions, (diagnostic) => emit({ type: "warning", diagnostic }));
    const places = await openLearnedPlaces(resolve(input.embedding), pipeline, encoder);
    return await use({ places, pipeline, encoder, sessions });
  } finally {
    await sessions.release();
  }
}

type DrawingInput = EmbeddingInput &
  Pick<ContributionsInput, "prompts" | "images" | "seed" | "steps" | "scheduler" | "guidance" | "reward">;

/** What draws under changed negatives. */
export async function openDrawing(
  input: DrawingInput,
  { emit }: Context,
  { places, sessions }: { readonly places: LearnedPlaces; readonly sessions: StageSessions },
) {
  const { images, seed, steps, scheduler } = input;
  const texts = input.prompts ?? readPromptFile(embedded.prompts.heldOut).prompts;
  const requests = Array.from({ length: images }, (_, i): ImageRequest => {
    const place = i % texts.length;
    return { prompt: texts[place] ?? "", seed: seed + i, place };
  });
  const program = contextProgram(
    {
      model: { path: input.pipeline, draws: "pictures", ...optionsOf(input) },
      reading: PLAIN_READING,
      prompts: [...new Set(requests.map(({ prompt }) => prompt))],
      guidance: input.guidance ?? places.guidance ?? LEARNED_GUIDANCE,
      sampling: { scheduler, steps },
      at: {},
    },
    { path: input.reward ?? embedded.rewards.preference },
  );
  const run = await openRun(program, { device: sessions.device, emit, sessions });
  return { run, requests, draw: openContextImages(run) };
}
