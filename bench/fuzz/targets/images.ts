// Images: their pixels, the texts in a PNG, and the workflow that may be in them.

import { writeFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { Refusal } from "../../../src-main/common/diagnostic.ts";
import { extractWorkflow } from "../../../src-main/engine/extract-workflow.ts";
import { readPicture } from "../../../src-main/pictures/picture.ts";
import { CHUNK_HEAD_BYTES, isPng, PNG_SIGNATURE } from "../../../src-main/pictures/png-chunk.ts";
import { addPngText } from "../../../src-main/pictures/png-text.ts";
import type { Target } from "../target.ts";
import { repositoryFile } from "./seeds.ts";

/** 3 × 2 pixels of one colour. */
const SMALL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAADElEQVR4nGNgoDYAAABEAAGGz3q2AAAAAElFTkSuQmCC",
  "base64",
);
const PROMPT = JSON.stringify({
  "4": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "dreamshaper_8.safetensors" } },
  "6": { class_type: "CLIPTextEncode", inputs: { text: "a bottle", clip: ["4", 1] } },
  "3": { class_type: "KSampler", inputs: { seed: 1, steps: 20, cfg: 8, model: ["4", 0], positive: ["6", 0] } },
});

export const images: Target = {
  form: "bytes",
  name: "image.png",
  seeds: () => [
    addPngText(SMALL, {
      "reneg-workflow": repositoryFile("resources/workflows/learn-sd15.reneg.json").toString("utf8"),
    }),
    addPngText(SMALL, { prompt: PROMPT, workflow: "{}" }),
    addPngText(SMALL, { parameters: "a hen – é\nNegative prompt: blurry\nSteps: 28, Sampler: Euler a, Size: 512x640" }),
    repositoryFile("resources/emoji/controlnet/example.png"),
    repositoryFile("resources/workflows/pictures/learn-sd15.webp"),
  ],
  open: () => async (path, bytes) => {
    // Damage rarely leaves a checksum right, and would then never get behind it.
    const mended = withChecksums(Buffer.from(bytes));
    for (const content of [bytes, mended]) {
      writeFileSync(path, content);
      await ignoreRefusal(() => extractWorkflow(path));
    }
    await readPicture(path);
  },
};

/** The same PNG with the checksum that each whole chunk should have. */
function withChecksums(png: Buffer): Buffer {
  if (!isPng(png)) return png;
  for (let start = PNG_SIGNATURE.length; start + CHUNK_HEAD_BYTES <= png.length;) {
    const end = start + CHUNK_HEAD_BYTES + png.readUInt32BE(start);
    if (end + 4 > png.length) break;
    png.writeUInt32BE(crc32(png.subarray(start + 4, end)), end);
    start = end + 4;
  }
  return png;
}

async function ignoreRefusal(task: () => unknown): Promise<void> {
  try {
    await task();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
