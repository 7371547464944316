// Holds one reward to PyTorch's scores and gradients, through the code that learning runs, and bicubic resizing to torch's own.

import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { z } from "zod";
import { rewardOptions } from "../../src-main/common/reward-options.ts";
import { bicubicMatrix } from "../../src-main/models/reward/bicubic-matrix.ts";
import { rewardKindOf } from "../../src-main/models/reward/open-reward.ts";
import { StageSessions } from "../../src-main/runtime/stage-sessions.ts";
import { readTensors } from "../../src-main/weights/safetensors.ts";
import { floatsOf } from "./check-network.ts";
import { type Figure, maximalDifference, relativeError } from "./compare.ts";
import { fixtureFile, networkNamed } from "./manifest.ts";
import { type ScoreGradient, scoreWithGradient } from "./score-with-gradient.ts";
import { generateWeight } from "./weight-generator.ts";
import { writeNetwork, writeWeights } from "./write-network.ts";

const rewardCase = z.object({
  name: z.string(),
  kind: z.string(),
  seed: z.int(),
  /** What is opened, from where the files are written; "" for the folder itself. */
  path: z.string(),
  /** The network of networks.json that is written as CLIPModel; "" for none. */
  network: z.string(),
  options: z.object(rewardOptions),
  picture: z.tuple([z.int(), z.literal(3), z.int(), z.int()]),
  /** A file that PyTorch wrote; "" for none. */
  saved: z.string(),
  /** JSON files. */
  files: z.record(z.string(), z.unknown()),
  /** By file: tensors, how many layers have one of this name, in place of #, and its shape. */
  weights: z.record(z.string(), z.record(z.string(), z.tuple([z.int(), z.array(z.int())]))),
});
export type RewardCase = z.output<typeof rewardCase>;

const rewardFixture = z.object({
  prompts: z.array(z.string()),
  vocabulary: z.record(z.string(), z.int()),
  bicubic: z.array(z.object({ from: z.int(), to: z.int(), antialias: z.boolean(), matrix: z.array(z.number()) })),
  rewards: z.array(rewardCase),
});

export function readRewardFixture(): z.output<typeof rewardFixture> {
  return rewardFixture.parse(JSON.parse(readFileSync(fixtureFile("rewards.json"), "utf8")));
}

/** The score is compared against the larger of 1 and itself: a cosine may be near 0. */
const SCORE_LIMIT = 2e-5;
const GRADIENT_LIMIT = 1e-4;

export async function checkReward(rewardCase: RewardCase): Promise<readonly Figure[]> {
  const { name: subject, picture } = rewardCase;
  const { gradient, scores, alone, kind } = await runReward(rewardCase);
  const fixture = readTensors(fixtureFile(`rewards/${subject}.safetensors`));
  const expected = floatsOf("score", fixture["score"], [picture[0]]);
  const scale = Math.max(1, ...expected.map(Math.abs));
  const limit = { atMost: SCORE_LIMIT };
  return [
    { subject, quantity: "kind", measure: "wrong", value: kind === rewardCase.kind ? 0 : 1, limit: { atMost: 0 } },
    { subject, quantity: "score", measure: "difference", value: maximalDifference(scores, expected) / scale, limit },
    {
      subject,
      quantity: "score alone",
      measure: "difference",
      value: maximalDifference(alone, expected) / scale,
      limit,
    },
    {
      subject,
      quantity: "gradient.image",
      measure: "relative error",
      value: relativeError(gradient, floatsOf("gradient", fixture["gradient"], picture)),
      limit: { atMost: GRADIENT_LIMIT },
    },
  ];
}

interface Outcome extends ScoreGradient {
  /** As it was recognised. */
  readonly kind: string | undefined;
}

async function runReward(rewardCase: RewardCase): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "reneg-parity-"));
  const sessions = new StageSessions("cpu");
  try {
    const path = writeReward(rewardCase, folder);
    const [batch, , height, width] = rewardCase.picture;
    const images = generatedPicture(rewardCase);
    const prompts = readRewardFixture().prompts.slice(0, batch);
    const reward = { path, ...rewardCase.options };
    const found = await scoreWithGradient(reward, images, prompts, { height, width }, sessions);
    return { ...found, kind: rewardKindOf(path)?.name };
  } finally {
    await sessions.release();
    rmSync(folder, { recursive: true });
  }
}

/** As a user has it on disk. Returns what to open. */
export function writeReward({ name, seed, path, network, saved, files, weights }: RewardCase, root: string): string {
  const opened = join(root, path);
  // A path without an ending is a folder.
  const folder = path.includes(".") ? root : opened;
  mkdirSync(folder, { recursive: true });
  if (network !== "") writeNetwork(networkNamed(network), folder);
  if (saved !== "") copyFileSync(fixtureFile(`rewards/${saved}`), join(folder, basename(saved)));
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), JSON.stringify(content));
  for (const [file, patterns] of Object.entries(weights)) {
    const tensors = Object.fromEntries(
      Object.entries(patterns).flatMap(([pattern, [count, size]]) =>
        layerNames(pattern, count).map((tensor) => [tensor, size]),
      ),
    );
    writeWeights(join(folder, file), { tensors, seed, dtype: "float32" });
  }
  writeVocabulary(name, folder);
  return opened;
}

function layerNames(pattern: string, count: number): string[] {
  return count === 0 ? [pattern] : Array.from({ length: count }, (_, i) => pattern.replace("#", String(i)));
}

function writeVocabulary(name: string, folder: string): void {
  if (name.startsWith("reward-image-reward")) {
    writeFileSync(join(folder, "vocab.txt"), `${bertVocabulary().join("\n")}\n`);
    return;
  }
  writeFileSync(join(folder, "vocab.json"), JSON.stringify(readRewardFixture().vocabulary));
  writeFileSync(join(folder, "merges.txt"), "#version: 0.2\n");
}

function bertVocabulary(): readonly string[] {
  const fixture = z.object({ vocabulary: z.array(z.string()) });
  return fixture.parse(JSON.parse(readFileSync(fixtureFile("bert-tokenizer.json"), "utf8"))).vocabulary;
}

/** In −1…1; the generator's name for it gives half of that. */
function generatedPicture({ picture, seed }: RewardCase): Float32Array {
  const { data, dtype } = generateWeight("picture.class_embedding", picture, seed);
  if (dtype !== "float32") throw new Error("pictures are generated as float32");
  return data.map((value) => 2 * value);
}

/** One figure for each pair of sizes. */
export async function checkBicubic(): Promise<readonly Figure[]> {
  return readRewardFixture().bicubic.map(({ from, to, antialias, matrix }) => ({
    subject: "bicubic",
    quantity: `${from} → ${to}${antialias ? "" : ", not antialiased"}`,
    measure: "difference",
    value: maximalDifference(bicubicMatrix(from, to, { antialias }), matrix),
    limit: { atMost: 1e-8 },
  }));
}
