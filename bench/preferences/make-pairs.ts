// Pairs of images of which the better is known: what the embedded pipeline draws, and the same with a named defect. A folder as Preference
// Pairs reads it. The same seed gives the same folder.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { shuffle, uniformInteger } from "../../src-main/diffusion/noise.ts";
import { embedded } from "../../src-main/models/embedded.ts";
import type { Picture } from "../../src-main/pictures/picture.ts";
import { StageSessions } from "../../src-main/runtime/stage-sessions.ts";
import { drawImages, openImageDrawer } from "../../src-main/sampling/draw-images.ts";
import { DRAWN, imageProgram } from "../../src-main/sampling/image-program.ts";
import { openRun } from "../../src-main/sampling/open-run.ts";
import { readPromptFile } from "../../src-main/texts/prompt-file.ts";
import { DEFECT_NAMES, DEFECTS } from "./spoil.ts";

/** Streams of chance: which prompts are drawn, which defect they get and how strong, and what the defect draws itself. */
const [PROMPTS, KIND, STRENGTH, DETAIL] = [20, 21, 22, 23];

/** What clears the haze that the pipeline draws by itself. */
const CLEAR = "blurry, noisy, washed out, low quality";

const { values } = parseArgs({
  options: {
    out: { type: "string" },
    count: { type: "string", default: "300" },
    seed: { type: "string", default: "0" },
    prompts: { type: "string", default: "train" },
    format: { type: "string", default: "png" },
  },
});
const { out, prompts: list, format } = values;
const [count, seed] = [Number(values.count), Number(values.seed)];
const isHeldOut = list === "held-out";
if (out === undefined || !Number.isInteger(count) || !Number.isInteger(seed) || (list !== "train" && !isHeldOut)) {
  console.error(
    "Usage: make-pairs.ts --out FOLDER [--count 300] [--seed 0] [--prompts train|held-out] [--format png|webp]",
  );
  process.exit(2);
}

const all = readPromptFile(isHeldOut ? embedded.prompts.heldOut : embedded.prompts.train).prompts;
const order = Array.from({ length: Math.ceil(count / all.length) }, (_, round) =>
  shuffle({ seed, path: [PROMPTS, round] }, all),
).flat();
const drawn = await draw(order.slice(0, count));
mkdirSync(out, { recursive: true });
const rows: string[] = [];
for (const [i, picture] of drawn.entries()) {
  const defect = DEFECT_NAMES[uniformInteger({ seed, path: [KIND] }, DEFECT_NAMES.length, i)] ?? "blurry";
  const strength = uniformInteger({ seed, path: [STRENGTH] }, 1000, i) / 1000;
  const number = String(i + 1).padStart(3, "0");
  const row = { prompt: order[i], better: `${number}.${format}`, worse: `${number}-worse.${format}`, defect };
  await write(join(out, row.better), picture);
  await write(join(out, row.worse), await DEFECTS[defect](picture, strength, { seed, path: [DETAIL, i] }));
  rows.push(JSON.stringify(row));
}
writeFileSync(join(out, "pairs.jsonl"), `${rows.join("\n")}\n`);
console.log(`${count} pairs in ${out}`);

/** From seeds of their own, whatever else is drawn. */
async function draw(prompts: readonly string[]): Promise<Picture[]> {
  const sessions = new StageSessions("cpu");
  const program = imageProgram({
    model: { path: "emoji", draws: "pictures" },
    reading: { longPrompts: "cut", promptWeights: "none" },
    prompts,
    negative: { kind: "text", text: CLEAR },
    guidance: 3,
    sampling: { scheduler: "ddim", steps: 20 },
    at: {},
  });
  try {
    const drawer = openImageDrawer(await openRun(program, { device: "cpu", sessions }), DRAWN, 4);
    const requests = prompts.map((prompt, place) => ({ prompt, seed: 100_000 * (seed + 1) + place, place }));
    return await drawImages(drawer, requests, { parameters: new Map() });
  } finally {
    await sessions.release();
  }
}

async function write(file: string, { width, height, data }: Picture): Promise<void> {
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  await (format === "webp" ? image.webp({ quality: 80, effort: 6 }) : image.png()).toFile(file);
}
